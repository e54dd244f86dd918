"""The verdict reports what clients do wrong, names it, and reports nothing that is right."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable
from types import ModuleType

import pytest

from crm_contracts.judge.finding import Finding
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report import terminal
from tests import catalogue
from tests.catalogue.cases import Deed, Mistake, Variation
from tests.conftest import Api
from tests.judge.helpers import verdict
from tests.vendors.discovery import VENDORS

CLIENTS: dict[str, ModuleType] = {
    module.name: importlib.import_module(f"{catalogue.__name__}.{module.name}")
    for module in pkgutil.iter_modules(catalogue.__path__)
    if module.name in VENDORS
}
MISTAKES, VARIATIONS = 170, 96
"""How many the catalogue has."""


def after(mock: Api, deed: Deed) -> Verdict:
    """Have a client do something, and return the verdict on it."""
    deed(mock)
    return verdict(mock)


def broken(of: Verdict) -> dict[tuple[str, str], Finding]:
    """Return the broken rules by rule and place."""
    return {(one.rule, ".".join(one.location)): one for one in of.findings}


def wrong_with_mistake(vendor: str, mistake: Mistake, api: Callable[..., Api]) -> str:
    """Return how the verdict on a mistake is wrong, or an empty text."""
    found = after(api(vendor, settings=dict(mistake.settings)), mistake.deed)
    if found.exit_code(None) != 1:
        return f"exit code {found.exit_code(None)}"
    if list(broken(found)) != [(mistake.rule, mistake.place)]:
        return f"the verdict has {list(broken(found))}"
    shown = terminal.render(report(found), width=200)
    words = (vendor, mistake.rule, mistake.place.replace(".*", "[*]").rsplit(".", 1)[-1])
    return "".join(f"{word!r} is not shown; " for word in words if word not in shown)


def wrong_with_variation(vendor: str, variation: Variation, api: Callable[..., Api]) -> str:
    """Return how the verdict on a correct variation is wrong, or an empty text."""
    mock = api(vendor, settings=dict(variation.settings))
    found = after(mock, variation.deed)
    refused = variation.outcome in {one.outcome for one in found.refused}
    notices = [".".join(one.location) for one in found.notices]
    if found.exit_code(None) != 0 or found.findings:
        return f"exit code {found.exit_code(None)}, the verdict has {list(broken(found))}"
    if refused != variation.refused:
        return f"{variation.outcome} is {'' if refused else 'not '}listed as refused"
    if notices != ([variation.notice] if variation.notice else []):
        return f"the notices are {notices}"
    if variation.outcome not in {entry.outcome for entry in mock.entries()}:
        return f"the outcomes are {[entry.outcome for entry in mock.entries()]}"
    return ""


@pytest.mark.parametrize("vendor", CLIENTS)
def test_each_mistake_is_caught_named_and_has_one_cause(vendor: str, api: Callable[..., Api]) -> None:
    results = {one.about: wrong_with_mistake(vendor, one, api) for one in CLIENTS[vendor].MISTAKES}
    assert {about: wrong for about, wrong in results.items() if wrong} == {}


@pytest.mark.parametrize("vendor", CLIENTS)
def test_no_correct_variation_is_reported(vendor: str, api: Callable[..., Api]) -> None:
    results = {one.about: wrong_with_variation(vendor, one, api) for one in CLIENTS[vendor].VARIATIONS}
    assert {about: wrong for about, wrong in results.items() if wrong} == {}


def test_the_catalogue_is_as_large_as_promised(figures: Callable[[str], None]) -> None:
    sizes = {vendor: (len(module.MISTAKES), len(module.VARIATIONS)) for vendor, module in CLIENTS.items()}
    figures(
        "\n".join(f"{vendor:>10}: {wrong} mistakes, {right} variations" for vendor, (wrong, right) in sizes.items())
    )
    assert tuple(map(sum, zip(*sizes.values(), strict=True))) == (MISTAKES, VARIATIONS)


def test_no_case_stands_twice() -> None:
    for vendor, module in CLIENTS.items():
        cases: list[Mistake | Variation] = [*module.MISTAKES, *module.VARIATIONS]
        twice = [about for about, count in Counter((type(one), one.about) for one in cases).items() if count > 1]
        assert not twice, vendor
