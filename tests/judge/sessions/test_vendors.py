"""The verdict on the natural causes of each vendor equals counts from the journal, and covers every outcome reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm_contracts.judge.merge import merge
from tests.conftest import Api
from tests.judge.helpers import ExpectedCounts, verdict
from tests.vendors.discovery import VENDORS, causes


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_verdict_on_all_natural_causes_equals_counts_from_the_journal(
    vendor: str, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    known = causes(vendor)
    verdicts = []
    reached = set()
    for key, cause in known.CAUSES.items():
        settings = getattr(known, "SETTINGS", {}).get(key, {})
        mock = api(vendor, settings={k if "." in k else f"{vendor}.{k}": value for k, value in settings.items()})
        cause(mock)
        result = verdict(mock)
        ExpectedCounts(mock).check(result)
        verdicts.append(result)
        reached |= {(entry.operation, entry.outcome) for entry in mock.entries() if entry.operation}
    merged = merge(verdicts)
    covered = {
        (operation.key, outcome.name)
        for operation in merged.operations
        for outcome in operation.outcomes
        if outcome.counts
    }
    assert covered == reached
    figures(
        f"{vendor}: natural causes cover {merged.coverage.covered} of {merged.coverage.total} outcomes, "
        f"{len(merged.findings)} rules broken, {len(merged.refused)} refusals"
    )
