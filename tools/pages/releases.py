"""docs/releases.md: changes between the releases of a CRM, as `crm-mocks diff` reports them."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from crm_contracts.commands.diff_report import report
from crm_contracts.diff import compare
from crm_contracts.report import markdown
from crm_mocks.contract.in_force import RELEASE_SETTING, RELEASES
from crm_mocks.settings import changed
from crm_mocks.vendor import Vendor
from tools.pages.markdown import page

NAME: Final = "releases.md"

_ABOUT: Final = """\
Some CRMs have several releases, and a setting selects the release of the mock. These are the changes between releases,
from the oldest to the newest and then step by step, as [`crm-mocks diff`](diff.md) reports them with `--markdown`."""


def render(vendors: list[Vendor]) -> str:
    """Return the page."""
    return page("Releases", _ABOUT, (section for vendor in vendors for section in _sections(vendor)))


def _sections(vendor: Vendor) -> list[str]:
    releases: list[str] = vendor.contract_file.document.get(RELEASES, [])
    if len(releases) < 2:
        return []
    steps = [(releases[0], releases[-1])] + (list(pairwise(releases)) if len(releases) > 2 else [])
    return [f"## {vendor.contract_file.document['info']['title']}", *(_step(vendor, old, new) for old, new in steps)]


def _step(vendor: Vendor, old: str, new: str) -> str:
    documents = [_document(vendor, release) for release in (old, new)]
    names = f"{vendor.name}@{RELEASE_SETTING}={old}", f"{vendor.name}@{RELEASE_SETTING}={new}"
    return markdown.render(report(compare(documents[0], documents[1], names=names))).strip()


def _document(vendor: Vendor, release: str) -> dict[str, object]:
    settings = changed(
        {vendor.name: vendor.settings_type()}, {f"{vendor.name}.{RELEASE_SETTING}": release}, starting=True
    )
    return vendor.contract_file.in_force(settings[vendor.name]).document
