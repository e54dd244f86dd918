"""The contracts that the tools read: each file as it stands, other releases as `crm-mocks contract` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_mocks.cli.yaml_text import yaml_text
from crm_mocks.contract import Contract
from crm_mocks.contract.in_force import RELEASE_SETTING, RELEASES
from crm_mocks.contract.source import directory, load_yaml
from crm_mocks.errors import UsageError
from crm_mocks.settings import changed
from crm_mocks.vendor import Vendor, load_vendor, vendor_names


@dataclass(frozen=True)
class PublishedContract:
    """A contract as other tools see it.

    Attributes:
        vendor: name of the vendor.
        settings: settings that differ from the defaults, by name without the vendor's.
        path: the OpenAPI file.
        document: the parsed file.
        contract: the contract in force under the settings.
    """

    vendor: str
    settings: Mapping[str, str]
    path: Path
    document: Mapping[str, Any] = field(repr=False)
    contract: Contract = field(repr=False)

    @property
    def name(self) -> str:
        """Name in reports, such as `crmcom R11.0.0`."""
        return " ".join([self.vendor, *self.settings.values()])

    @property
    def slug(self) -> str:
        """Name for files and folders."""
        return self.name.replace(" ", "-").replace(".", "_")


def published_contracts(vendors: Sequence[str], folder: Path) -> list[PublishedContract]:
    """Return the contracts of the given vendors, or of all.

    Args:
        vendors: names; all vendors if empty.
        folder: existing folder for the contracts of releases.

    Raises:
        UsageError: a vendor is unknown.
    """
    unknown = set(vendors) - set(vendor_names())
    if unknown:
        raise UsageError(f"unknown vendor '{min(unknown)}': known are {', '.join(vendor_names())}")
    return [each for name in vendors or vendor_names() for each in _contracts(load_vendor(name), folder)]


def _contracts(vendor: Vendor, folder: Path) -> Iterator[PublishedContract]:
    defaults = vendor.settings_type()
    path = directory() / f"{vendor.name}.yaml"
    document = load_yaml(path.read_text("utf-8"))
    yield PublishedContract(vendor.name, {}, path, document, vendor.contract_file.in_force(defaults))
    for release in vendor.contract_file.document.get(RELEASES, []):
        if release != getattr(defaults, RELEASE_SETTING):
            yield _of_release(vendor, release, folder)


def _of_release(vendor: Vendor, release: str, folder: Path) -> PublishedContract:
    key = f"{vendor.name}.{RELEASE_SETTING}"
    settings = changed({vendor.name: vendor.settings_type()}, {key: release}, starting=True)[vendor.name]
    contract = vendor.contract_file.in_force(settings)
    document = contract.published()
    path = folder / f"{vendor.name}-{release}.yaml"
    path.write_text(yaml_text(document), "utf-8")
    return PublishedContract(vendor.name, {RELEASE_SETTING: release}, path, document, contract)
