"""A request that breaks one constraint of a contract is refused, and the constraint is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.conftest import Api
from tests.vendors.discovery import VENDORS, Variant, causes, variants
from tests.vendors.mutants import mutants_of, names

EACH = [variant for vendor in VENDORS for variant in variants(vendor)]


def state(api: Api) -> dict[str, int]:
    vendor = api.app.mock_app.vendors[api.vendor]

    async def counts() -> dict[str, int]:
        records = await api.app.mock_app.sessions.get("default").records(api.vendor)
        return {kind.name: await records.count(kind.name) for kind in vendor.kinds if not kind.counts_requests}

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
            if not names(entry.violations, mutant):
                escaped.append(f"{operation.key} {mutant}: {entry.violations}")
            elif entry.outcome == accepted:
                escaped.append(f"{operation.key} {mutant}: answered {entry.status} {entry.outcome}")
        assert state(mock) == before, f"a refused {operation.key} changed the records"
    total = sum(tried.values())
    by_rule = ", ".join(f"{rule} {number}" for rule, number in sorted(tried.items()))
    figures(f"{variant}: {total} mutants, {total - len(escaped)} caught ({by_rule})")
    assert not escaped, "\n".join(escaped[:40])
    assert total
