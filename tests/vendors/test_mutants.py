"""A request that breaks one constraint of a contract is refused; journal and verdict name the constraint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Operation
from tests.conftest import Api
from tests.judge.helpers import starred, verdict
from tests.vendors.discovery import ALL_VARIANTS, Variant, causes
from tests.vendors.mutants import Mutant, mutants_of, names

ALTERNATIVES = ("oneOf", "anyOf")
DISTINCT = {
    "activix": 313,
    "activix[created_body=2018-07]": 0,  # as by default
    "activix[created_body=2018-11]": 311,
    "activix[iso_provinces=True]": 311,
    "activix[open_enums=False]": 0,
    "activix[open_enums=True]": 290,
    "config_api": 132,
    "config_api[retry_after=True]": 132,
    "crmcom": 233,
    "crmcom[error_status=200]": 0,
    "crmcom[error_status=4xx]": 233,
    "crmcom[release=R11.0.0]": 202,
    "crmcom[release=R11.1.0]": 200,
    "crmcom[release=R14.0.0]": 206,
    "crmcom[release=R15.0.0]": 203,
    "crmcom[release=R18.0.0]": 0,
    "leadbank": 35,
    "leadbank[acknos=received]": 0,
    "leadbank[missing_members=defaults]": 21,
    "leadbank[missing_members=refused]": 0,
}
"""How many mutants each variant has in the operations that it changes."""


def state(api: Api) -> dict[str, int]:
    vendor = api.app.mock_app.vendors[api.vendor]

    async def counts() -> dict[str, int]:
        records = await api.app.mock_app.sessions.get("default").records(api.vendor)
        return {kind.name: await records.count(kind.name) for kind in vendor.kinds if not kind.counts_requests}

    return api.run(counts())


def reports(found: Verdict, operation: str, mutant: Mutant) -> bool:
    """Tell whether a verdict names the operation and the constraint, or the alternatives that hold it."""
    wanted = starred(("body", *mutant.location))
    return found.exit_code(None) == 1 and any(
        one.operation == operation
        and (
            (one.rule == mutant.rule and one.location == wanted)
            or (one.rule in ALTERNATIVES and wanted[: len(one.location)] == one.location)
        )
        for one in found.findings
    )


def escaped(mock: Api, variant: Variant, operation: Operation, tried: Counter[str]) -> Iterator[str]:
    """Send each mutant of an operation; yield what is wrong with the answer or the verdict."""
    valid = causes(variant.vendor).VALID[operation.id]
    good = mock.beside(f"good-{operation.id}")
    good.request(**valid(good))
    accepted = good.last_entry().outcome
    request = valid(mock)
    before = state(mock)
    for mutant in mutants_of(variant.contract(), operation, request):
        tried[mutant.rule] += 1
        mock.app.mock_app.sessions.get("default").journal.clear()
        mock.request(**{**request, "json" if "json" in request else "data": mutant.body})
        (entry,) = mock.entries()
        found = verdict(mock, "default")
        if not names(entry.violations, mutant):
            yield f"{operation.key} {mutant}: {entry.violations}"
        elif entry.outcome == accepted:
            yield f"{operation.key} {mutant}: answered {entry.status} {entry.outcome}"
        elif not reports(found, operation.key, mutant):
            yield f"{operation.key} {mutant}: the verdict has {[(one.rule, one.location) for one in found.findings]}"
    assert state(mock) == before, f"a refused {operation.key} changed the records"


@pytest.mark.parametrize("variant", ALL_VARIANTS, ids=str)
def test_every_constraint_of_a_body_is_enforced_and_named(
    variant: Variant, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    mock = api(variant.vendor, settings=variant.options)
    tried: Counter[str] = Counter()
    wrong = [each for operation in variant.own_operations() for each in escaped(mock, variant, operation, tried)]
    total = sum(tried.values())
    by_rule = ", ".join(f"{rule} {number}" for rule, number in sorted(tried.items()))
    figures(f"{variant}: {total} mutants, {total - len(wrong)} caught ({by_rule})")
    assert not wrong, "\n".join(wrong[:40])
    assert total == DISTINCT[str(variant)]
