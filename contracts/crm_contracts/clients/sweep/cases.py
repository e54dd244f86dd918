"""Cases of an operation: its documented outcomes and all faults."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from crm_contracts.clients.case_findings import response_basis
from crm_contracts.clients.sweep.model import SweepCase
from crm_mocks.basis import HTTP
from crm_mocks.contract import Operation
from crm_mocks.faults import Fault


def sweep_cases(operation: Operation, *, stores: bool, without: Collection[str] = ()) -> Iterator[SweepCase]:
    """Yield all cases of an operation, each once and always.

    Args:
        operation: its outcomes are used, except those of the protocol.
        stores: it changes stored records, so that faults come before and after it takes effect.
        without: names of outcomes to leave out: those that the baseline run met as documented.
    """
    for outcome in operation.outcomes.values():
        if not outcome.protocol and outcome.name not in without:
            yield from _once_and_always(
                SweepCase(
                    operation.key,
                    outcome.name,
                    outcome.status,
                    basis=response_basis(operation, outcome),
                    is_refusal=outcome.is_refusal,
                )
            )
    for fault in Fault:
        for phase in _phases(fault, stores=stores):
            yield from _once_and_always(SweepCase(operation.key, fault.value, None, phase, stores, basis=HTTP))


def _phases(fault: Fault, *, stores: bool) -> tuple[str, ...]:
    if fault is Fault.SLOW_BODY:
        return ("after",)  # the response is complete, so it should be true
    return ("before", "after") if stores else ("before",)


def _once_and_always(case: SweepCase) -> Iterator[SweepCase]:
    yield case
    yield replace(case, always=True)
