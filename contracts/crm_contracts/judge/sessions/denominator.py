"""Choose the denominator of coverage after the runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crm_contracts.judge.sessions.session_judge import judge_session
from crm_contracts.judge.sessions.session_record import empty_record
from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Contract


def with_denominator(verdict: Verdict, contracts: Mapping[str, Contract]) -> Verdict:
    """Return the verdict with coverage of all operations of particular vendors, and no others.

    Args:
        verdict: verdict that may lack operations that no run called.
        contracts: contracts of the vendors, by name; used only for operations that the verdict lacks, since contracts
            depend on the settings of each run.
    """
    uncalled = judge_session(empty_record(contracts), contracts)
    known = {operation.key for operation in verdict.operations}
    operations = [replace(operation, counted=operation.vendor in contracts) for operation in verdict.operations]
    operations += [operation for operation in uncalled.operations if operation.key not in known]
    return replace(
        verdict,
        vendors=tuple(sorted(contracts)),
        contracts=dict(sorted({**uncalled.contracts, **verdict.contracts}.items())),
        operations=tuple(sorted(operations, key=lambda item: item.key)),
    )
