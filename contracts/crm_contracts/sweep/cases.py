"""Which answers and faults an operation's clients are given, and how each is queued."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from crm_contracts.sweep.model import Given
from crm_mocks.contract import Operation
from crm_mocks.faults import Fault
from crm_mocks.state.retry_after import RETRY_AFTER_STATUSES

RETRY_AFTER: Final = 1
"""Seconds that answers ask to wait which may."""

DELAY_MS: Final = {Fault.TIMEOUT: 2_000, Fault.SLOW_BODY: 1_000}
"""Milliseconds that faults take which are made of time."""


def cases(operation: Operation, *, stores: bool, without: Collection[str] = ()) -> Iterator[Given]:
    """Yield all that the clients of an operation can be given, each once and always.

    Args:
        operation: whose documented outcomes, those of the protocol left out, and faults.
        stores: it changes what the CRM has stored, so that it matters whether a fault comes before or after.
        without: names of outcomes to leave out.
    """
    for outcome in operation.outcomes.values():
        if not outcome.protocol and outcome.name not in without:
            yield from _twice(Given(operation.key, outcome.name, outcome.status))
    for fault in Fault:
        for phase in _phases(fault, stores=stores):
            yield from _twice(Given(operation.key, fault.value, None, phase, told_phase=stores))


def _phases(fault: Fault, *, stores: bool) -> tuple[str, ...]:
    if fault is Fault.SLOW_BODY:
        return ("after",)  # the whole answer comes, so that it had better be true
    return ("before", "after") if stores else ("before",)


def _twice(given: Given) -> Iterator[Given]:
    yield given
    yield replace(given, always=True)


def queued(given: Given) -> dict[str, Any]:
    """Return what has the mock give it: the body of `POST /__admin/responses`, without the session."""
    body: dict[str, Any] = {
        "operation": given.operation,
        "times": None if given.always else 1,
        "phase": given.phase,
    }
    if given.fault is None:
        headers = {"Retry-After": str(RETRY_AFTER)} if given.status in RETRY_AFTER_STATUSES else {}
        return {**body, "example": given.name, "headers": headers}
    delay = {"delay_ms": DELAY_MS[given.fault]} if given.fault in DELAY_MS else {}
    return {**body, "fault": given.name, **delay}
