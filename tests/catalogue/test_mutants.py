"""The verdict reports a request that breaks one constraint of a contract, whichever constraint it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from crm_contracts.judge.verdict import Verdict
from tests.conftest import Api
from tests.judge.helpers import starred, verdict
from tests.vendors.discovery import VENDORS, Variant, causes, variants
from tests.vendors.mutants import Mutant, mutants_of

EACH = [variant for vendor in VENDORS for variant in variants(vendor)]
ALTERNATIVES = ("oneOf", "anyOf")


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


@pytest.mark.parametrize("variant", EACH, ids=str)
def test_the_verdict_names_every_constraint_that_is_broken(
    variant: Variant, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    mock = api(variant.vendor, settings=variant.options)
    tried: Counter[str] = Counter()
    escaped: list[str] = []
    for operation in variant.operations():
        request = causes(variant.vendor).VALID[operation.id](mock)
        for mutant in mutants_of(variant.contract(), operation, request):
            tried[mutant.rule] += 1
            mock.app.mock_app.sessions.reset("default")
            mock.request(**{**request, "json" if "json" in request else "data": mutant.body})
            found = verdict(mock, "default")
            if not reports(found, operation.key, mutant):
                escaped.append(f"{operation.key} {mutant}: {[(one.rule, one.location) for one in found.findings]}")
    total = sum(tried.values())
    by_rule = ", ".join(f"{rule} {number}" for rule, number in sorted(tried.items()))
    figures(f"{variant}: {total} mutants, {total - len(escaped)} in the verdict ({by_rule})")
    assert not escaped, "\n".join(escaped[:40])
    assert total
