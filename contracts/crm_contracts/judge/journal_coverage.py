"""Coverage of a session: outcomes that a client met, members and enum values that it sent."""

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
from crm_contracts.judge.session_record import SessionRecord
from crm_mocks.contract import Operation
from crm_mocks.contract.members import BodyMembers, Place
from crm_mocks.state.stats import ExchangeKey

_Met = dict[tuple[int, str], dict[str, int]]
"""How often each outcome, by status and name, occurred, by what chose it."""


def operations(record: SessionRecord, named: frozenset[str]) -> tuple[OperationCoverage, ...]:
    """Return the coverage of each operation that was called, or whose vendor is named.

    Args:
        record: of the session.
        named: vendors whose operations coverage is about; where there are none, the operations called.
    """
    exchanges: dict[str, list[tuple[ExchangeKey, int]]] = {}
    for exchange, seen in record.stats.exchanges.items():
        exchanges.setdefault(exchange.operation, []).append((exchange, seen.count))
    known = {
        operation.key: operation for contract in record.contracts.values() for operation in contract.operations.values()
    }
    return tuple(
        _of_operation(record, operation, exchanges.get(key, []), counted=not named or operation.vendor in named)
        for key, operation in sorted(known.items())
        if key in exchanges or operation.vendor in named
    )


def is_unknown_preference(exchange: ExchangeKey) -> bool:
    """Whether requests preferred what the operation does not document: no CRM would refuse them as the mock did."""
    return exchange.chosen_by == "Prefer" and not exchange.outcome and not exchange.fault


def _of_operation(
    record: SessionRecord, operation: Operation, exchanges: list[tuple[ExchangeKey, int]], *, counted: bool
) -> OperationCoverage:
    met: _Met = {}
    faults: dict[str, int] = {}
    for exchange, count in exchanges:
        if exchange.fault:
            faults[exchange.fault] = faults.get(exchange.fault, 0) + count
        elif not is_unknown_preference(exchange):
            by = met.setdefault((exchange.status, exchange.outcome), {})
            by[exchange.chosen_by] = by.get(exchange.chosen_by, 0) + count
    return OperationCoverage(
        key=operation.key,
        vendor=operation.vendor,
        method=operation.method,
        path=operation.path,
        counted=counted,
        count=sum(count for _, count in exchanges),
        outcomes=tuple(sorted(_outcomes(operation, met), key=lambda each: (each.status, each.name))),
        members=tuple(_members(operation, record.stats.seen_members(operation.key))),
        faults=dict(sorted(faults.items())),
    )


def _outcomes(operation: Operation, met: _Met) -> Iterator[OutcomeCount]:
    """Yield the documented outcomes, those of the protocol only if met, and undocumented ones that were met."""
    left = dict(met)
    for outcome in operation.outcomes.values():
        counts = dict(sorted(left.pop((outcome.status, outcome.name), {}).items()))
        if counts or not outcome.protocol:
            kind = PROTOCOL if outcome.protocol else DOCUMENTED
            yield OutcomeCount(outcome.name, outcome.status, kind, counts, outcome.cause)
    for (status, name), counts in sorted(left.items()):
        yield OutcomeCount(name, status, UNDOCUMENTED, dict(sorted(counts.items())))


def _members(operation: Operation, seen: dict[Place, frozenset[Any]]) -> Iterator[MemberSeen]:
    media_types = operation.body.media_types.values() if operation.body else ()
    for unseen in _documented(tuple(media_type.members for media_type in media_types)):
        values = seen.get(unseen.place)
        if values is None:
            yield unseen
        else:
            had = set(map(repr, values))
            shown = tuple(value for value in unseen.values if repr(value) in had)
            yield MemberSeen(unseen.place, seen=True, values=unseen.values, values_seen=shown)


@lru_cache(maxsize=256)
def _documented(bodies: tuple[BodyMembers, ...]) -> tuple[MemberSeen, ...]:
    """Return the members documented of bodies in any of their media types, as if none had been seen."""
    known: dict[Place, dict[str, Any]] = {}
    for body in bodies:
        for place, about in body.walk():
            known.setdefault(place, {}).update({repr(value): value for _, value in about.enum})
    known.pop(("body",), None)
    return tuple(
        MemberSeen(place, seen=False, values=tuple(values[each] for each in sorted(values)))
        for place, values in sorted(known.items())
    )
