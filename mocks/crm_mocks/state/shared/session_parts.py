"""Small parts of a session, such as clock and settings, in a form that other processes can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.state.retry_after import Period, SentRequest

if TYPE_CHECKING:
    from crm_mocks.state.shared.session import SharedSession

PART: Final = "part"


class SessionPart:
    """A small part of a session that is stored as a whole when it has changed.

    Attributes:
        read: returns its present value, which later changes of the session leave as it is.
        write: sets it.
        encode: returns a value in a form that MessagePack represents.
        decode: returns the value that `encode` was given.
    """

    def __init__(
        self,
        read: Callable[[SharedSession], Any],
        write: Callable[[SharedSession, Any], None],
        encode: Callable[[Any], Any],
        decode: Callable[[Any], Any],
    ) -> None:
        self.read = read
        self.write = write
        self.encode = encode
        self.decode = decode


def _same(value: Any) -> Any:
    return value


def _encode_clock(state: tuple[datetime | None, timedelta]) -> list[Any]:
    frozen, shift = state
    return [None if frozen is None else frozen.isoformat(), shift.days, shift.seconds, shift.microseconds]


def _decode_clock(encoded: list[Any]) -> tuple[datetime | None, timedelta]:
    frozen, *shift = encoded
    return None if frozen is None else datetime.fromisoformat(frozen), timedelta(*shift)


def _encode_periods(periods: Mapping[str, Period]) -> dict[str, Any]:
    return {operation: [list(astuple(period.request)), *astuple(period)[1:]] for operation, period in periods.items()}


def _decode_periods(encoded: Mapping[str, list[Any]]) -> dict[str, Period]:
    return {operation: Period(SentRequest(*request), *rest) for operation, (request, *rest) in encoded.items()}


def _encode_tokens(tokens: Mapping[SentRequest, tuple[str, str]]) -> list[Any]:
    return [[list(astuple(request)), name, basis] for request, (name, basis) in tokens.items()]


def _decode_tokens(encoded: list[Any]) -> dict[SentRequest, tuple[str, str]]:
    return {SentRequest(*request): (name, basis) for request, name, basis in encoded}


PARTS: Final[dict[str, SessionPart]] = {
    "clock": SessionPart(
        lambda session: session.clock.state,
        lambda session, value: setattr(session.clock, "state", value),
        _encode_clock,
        _decode_clock,
    ),
    "settings": SessionPart(
        lambda session: session.changed_settings,
        lambda session, value: session.set_settings(value),
        json.dumps,
        json.loads,
    ),
    "allowed": SessionPart(
        lambda session: session.allowed, lambda session, value: setattr(session, "allowed", value), list, tuple
    ),
    "adopted": SessionPart(
        lambda session: dict(session.adopted),
        lambda session, value: setattr(session, "adopted", value),
        json.dumps,
        json.loads,
    ),
    "retry_after": SessionPart(
        lambda session: session.retry_after.periods,
        lambda session, value: setattr(session.retry_after, "periods", value),
        _encode_periods,
        _decode_periods,
    ),
    "ended_tokens": SessionPart(
        lambda session: session.ended_tokens.requests,
        lambda session, value: setattr(session.ended_tokens, "requests", value),
        _encode_tokens,
        _decode_tokens,
    ),
    "lost": SessionPart(
        lambda session: session.lost, lambda session, value: setattr(session, "lost", value), _same, _same
    ),
}
