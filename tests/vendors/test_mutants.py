"""A request that breaks one constraint of a contract is refused, and the constraint is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.contract import Contract, Operation
from tests.conftest import Api
from tests.vendors.discovery import VENDORS, Variant, causes, variants
from tests.vendors.mutants import Mutant, Mutator

FORM = "application/x-www-form-urlencoded"
EACH = [variant for vendor in VENDORS for variant in variants(vendor)]


def schema_of(contract: Contract, operation: Operation, media_type: str) -> Any:
    item = contract.document["paths"][operation.path][operation.method.lower()]
    from crm_mocks.contract.references import follow

    return follow(contract.document, item["requestBody"])["content"][media_type]["schema"]


def mutants_of(contract: Contract, operation: Operation, request: dict[str, Any]) -> list[Mutant]:
    if operation.body is None:
        return []
    media_type, name = ("application/json", "json") if "json" in request else (FORM, "data")
    if name not in request:
        return []
    validator = operation.body.media_types[media_type].validator
    made = Mutator(contract, schema_of(contract, operation, media_type), validator).mutants(request[name])
    return [mutant for mutant in made if media_type != FORM or is_a_form(mutant.body)]


def is_a_form(body: Any) -> bool:
    """Tell whether a body can be written as a form, where every value is a text."""
    return isinstance(body, dict) and all(isinstance(value, str) for value in body.values())


def names(violations: list[dict[str, Any]], mutant: Mutant) -> bool:
    """Tell whether the violations name the constraint, or the combination of alternatives that holds it."""
    wanted = ["request", "body", *mutant.location]
    return any(
        (each["location"] == wanted and each["code"] == mutant.rule)
        or (each["code"] in ("oneOf", "anyOf") and wanted[: len(each["location"])] == each["location"])
        for each in violations
    )


def state(api: Api) -> dict[str, int]:
    vendor = api.app.suite.vendors[api.vendor]

    async def counts() -> dict[str, int]:
        records = await api.app.suite.sessions.get("default").records(api.vendor)
        return {kind.name: await records.count(kind.name) for kind in vendor.kinds if not kind.tally}

    return api.run(counts())


@pytest.mark.parametrize("variant", EACH, ids=str)
def test_every_constraint_of_a_body_is_enforced_and_named(
    variant: Variant, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    mock = api(variant.vendor, settings=variant.options)
    tried: Counter[str] = Counter()
    escaped: list[str] = []
    for operation in variant.operations():
        request = causes(variant.vendor).VALID[operation.id](mock)
        good = api(variant.vendor, settings=variant.options)
        good.request(**causes(variant.vendor).VALID[operation.id](good))
        accepted = good.entries()[-1].outcome
        before = state(mock)
        for mutant in mutants_of(variant.contract(), operation, request):
            tried[mutant.rule] += 1
            sent = {**request, "json" if "json" in request else "data": mutant.body}
            mock.request(**sent)
            entry = mock.entries()[-1]
            listed = [each.as_json() for each in entry.violations]
            if not names(listed, mutant):
                escaped.append(f"{operation.key} {mutant}: {listed}")
            elif entry.outcome == accepted:
                escaped.append(f"{operation.key} {mutant}: answered {entry.status} {entry.outcome}")
        assert state(mock) == before, f"a refused {operation.key} changed the records"
    total = sum(tried.values())
    by_rule = ", ".join(f"{rule} {number}" for rule, number in sorted(tried.items()))
    figures(f"{variant}: {total} mutants, {total - len(escaped)} caught ({by_rule})")
    assert not escaped, "\n".join(escaped[:40])
    assert total
