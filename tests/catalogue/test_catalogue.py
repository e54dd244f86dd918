"""The verdict reports what clients do wrong, names it, and reports nothing that is right."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable
from types import ModuleType

import pytest

from crm_contracts.judge.finding import Finding
from crm_contracts.judge.report import report
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
AS_MANY = 60
"""How many mistakes and how many variations the catalogue has at least."""


def each(kind: str) -> list[object]:
    return [
        pytest.param(vendor, case, id=f"{vendor}: {case.about}")
        for vendor, module in CLIENTS.items()
        for case in getattr(module, kind)
    ]


def after(mock: Api, deed: Deed) -> Verdict:
    """Have a client do something, and return the verdict on it."""
    deed(mock)
    return verdict(mock)


def broken(of: Verdict) -> dict[tuple[str, str], Finding]:
    """Return the broken rules by rule and place."""
    return {(one.rule, ".".join(one.location)): one for one in of.findings}


@pytest.mark.parametrize(("vendor", "mistake"), each("MISTAKES"))
def test_a_mistake_is_caught_and_named(vendor: str, mistake: Mistake, api: Callable[..., Api]) -> None:
    found = after(api(vendor, settings=dict(mistake.settings)), mistake.deed)
    assert found.exit_code(None) == 1
    assert (mistake.rule, mistake.place) in broken(found)
    shown = terminal.render(report(found), width=200)
    for word in (vendor, mistake.rule, mistake.place.replace(".*", "[*]").rsplit(".", 1)[-1]):
        assert word in shown


@pytest.mark.parametrize(("vendor", "mistake"), each("MISTAKES"))
def test_a_mistake_has_one_cause(vendor: str, mistake: Mistake, api: Callable[..., Api]) -> None:
    found = after(api(vendor, settings=dict(mistake.settings)), mistake.deed)
    assert list(broken(found)) == [(mistake.rule, mistake.place)]


@pytest.mark.parametrize(("vendor", "variation"), each("VARIATIONS"))
def test_a_correct_variation_is_not_reported(vendor: str, variation: Variation, api: Callable[..., Api]) -> None:
    mock = api(vendor, settings=dict(variation.settings))
    found = after(mock, variation.deed)
    assert found.exit_code(None) == 0
    assert found.findings == ()
    assert (variation.outcome in {one.outcome for one in found.refused}) == variation.refused
    assert [".".join(one.location) for one in found.notices] == ([variation.notice] if variation.notice else [])
    assert variation.outcome in {entry.outcome for entry in mock.entries()}


def test_the_catalogue_is_as_large_as_promised(api: Callable[..., Api], figures: Callable[[str], None]) -> None:
    lines, totals = [], Counter[str]()
    for vendor, module in CLIENTS.items():
        counted = {
            "caught": sum(
                (one.rule, one.place) in broken(after(api(vendor, settings=dict(one.settings)), one.deed))
                for one in module.MISTAKES
            ),
            "mistakes": len(module.MISTAKES),
            "reported": sum(
                bool(after(api(vendor, settings=dict(one.settings)), one.deed).findings) for one in module.VARIATIONS
            ),
            "variations": len(module.VARIATIONS),
        }
        totals.update(counted)
        lines.append(_line(vendor, counted))
    lines.append(_line("in all", totals))
    figures("\n".join(lines))
    assert totals["caught"] == totals["mistakes"] >= AS_MANY
    assert totals["variations"] >= AS_MANY
    assert totals["reported"] == 0


def _line(name: str, counted: dict[str, int]) -> str:
    return "{:>10}: {caught} of {mistakes} mistakes caught, {reported} of {variations} variations reported".format(
        name, **counted
    )


def test_no_case_stands_twice() -> None:
    for vendor, module in CLIENTS.items():
        cases: list[Mistake | Variation] = [*module.MISTAKES, *module.VARIATIONS]
        twice = [about for about, count in Counter((type(one), one.about) for one in cases).items() if count > 1]
        assert not twice, vendor
