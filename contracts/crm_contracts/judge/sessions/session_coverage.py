"""Coverage of a session: outcomes that occurred, members and enum values that the client sent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from crm_contracts.judge.coverage import (
    DOCUMENTED,
    PROTOCOL,
    UNDOCUMENTED,
    MemberSeen,
    OperationCoverage,
    OutcomeCount,
)
from crm_contracts.judge.sessions.session_record import SessionRecord
from crm_mocks.contract import Operation
from crm_mocks.contract.members import BodyMembers, Place
from crm_mocks.state.stats import ExchangeKey

_OutcomeCounts = dict[tuple[int, str], dict[str, int]]
"""Occurrences of each outcome (status and name), by what chose it."""


def operations(record: SessionRecord, named: frozenset[str]) -> tuple[OperationCoverage, ...]:
    """Return the coverage of each operation that was called or whose vendor is named.

    Args:
        record: record of the session.
        named: vendors whose operations count; if empty, the called operations count.
    """
    exchanges: dict[str, list[tuple[ExchangeKey, int]]] = {}
    for exchange, seen in record.stats.exchanges.items():
        exchanges.setdefault(exchange.operation, []).append((exchange, seen.count))
    documented = {
        operation.key: operation for contract in record.contracts.values() for operation in contract.operations.values()
    }
    return tuple(
        _of_operation(record, operation, exchanges.get(key, []), counted=not named or operation.vendor in named)
        for key, operation in sorted(documented.items())
        if key in exchanges or operation.vendor in named
    )


def is_unknown_preference(exchange: ExchangeKey) -> bool:
    """Return whether `Prefer` asked for an undocumented response, which only the mock refuses, not a CRM."""
    return exchange.chosen_by == "Prefer" and not exchange.outcome and not exchange.fault


def _of_operation(
    record: SessionRecord, operation: Operation, exchanges: list[tuple[ExchangeKey, int]], *, counted: bool
) -> OperationCoverage:
    counts: _OutcomeCounts = {}
    faults: dict[str, int] = {}
    for exchange, count in exchanges:
        if exchange.fault:
            faults[exchange.fault] = faults.get(exchange.fault, 0) + count
        elif not is_unknown_preference(exchange):
            by_choice = counts.setdefault((exchange.status, exchange.outcome), {})
            by_choice[exchange.chosen_by] = by_choice.get(exchange.chosen_by, 0) + count
    return OperationCoverage(
        key=operation.key,
        vendor=operation.vendor,
        method=operation.method,
        path=operation.path,
        counted=counted,
        count=sum(count for _, count in exchanges),
        outcomes=tuple(sorted(_outcomes(operation, counts), key=lambda item: (item.status, item.name))),
        members=tuple(_members(operation, record.stats.seen_members(operation.key))),
        faults=dict(sorted(faults.items())),
    )


def _outcomes(operation: Operation, counts_by_outcome: _OutcomeCounts) -> Iterator[OutcomeCount]:
    """Yield the documented outcomes, then undocumented ones. Outcomes of the protocol are included if they occurred."""
    remaining = dict(counts_by_outcome)
    for outcome in operation.outcomes.values():
        counts = dict(sorted(remaining.pop((outcome.status, outcome.name), {}).items()))
        if counts or not outcome.protocol:
            kind = PROTOCOL if outcome.protocol else DOCUMENTED
            yield OutcomeCount(outcome.name, outcome.status, kind, counts, outcome.cause, outcome.reach)
    for (status, name), counts in sorted(remaining.items()):
        yield OutcomeCount(name, status, UNDOCUMENTED, dict(sorted(counts.items())))


def _members(operation: Operation, seen: dict[Place, frozenset[Any]]) -> Iterator[MemberSeen]:
    media_types = operation.body.media_types.values() if operation.body else ()
    for unseen in _documented(tuple(media_type.members for media_type in media_types)):
        values = seen.get(unseen.place)
        if values is None:
            yield unseen
        else:
            sent = set(map(repr, values))
            values_seen = tuple(value for value in unseen.values if repr(value) in sent)
            yield MemberSeen(unseen.place, seen=True, values=unseen.values, values_seen=values_seen)


@lru_cache(maxsize=256)
def _documented(bodies: tuple[BodyMembers, ...]) -> tuple[MemberSeen, ...]:
    """Return the documented members of bodies in any media type, as not yet seen."""
    values_by_place: dict[Place, dict[str, Any]] = {}
    for body in bodies:
        for place, members in body.walk():
            values_by_place.setdefault(place, {}).update({repr(value): value for _, value in members.enum})
    values_by_place.pop(("body",), None)
    return tuple(
        MemberSeen(place, seen=False, values=tuple(values[key] for key in sorted(values)))
        for place, values in sorted(values_by_place.items())
    )
