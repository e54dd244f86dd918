"""The denominator of coverage, chosen after the runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crm_contracts.judge.journal import judge_session
from crm_contracts.judge.session_record import unused_session
from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Contract


def about(verdict: Verdict, contracts: Mapping[str, Contract]) -> Verdict:
    """Return a verdict whose coverage is about all operations of some vendors, and no others.

    Args:
        verdict: in which operations that no run called may be missing.
        contracts: of these vendors, by name; operations that the verdict has stay as the runs knew them, since a
            contract follows its run's settings.
    """
    uncalled = judge_session(unused_session(contracts), contracts)
    known = {each.key for each in verdict.operations}
    operations = [replace(each, counted=each.vendor in contracts) for each in verdict.operations]
    operations += [each for each in uncalled.operations if each.key not in known]
    return replace(
        verdict,
        vendors=tuple(sorted(contracts)),
        contracts=dict(sorted({**uncalled.contracts, **verdict.contracts}.items())),
        operations=tuple(sorted(operations, key=lambda each: each.key)),
    )
