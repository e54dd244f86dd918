"""Whom a change breaks, by the direction in which the values travel.

A contract's schemas are sets of values. A change makes a set narrower, wider, or both. A program written for the old
contract breaks where it *sends* a value that is no longer in the set, or *receives* one that was not in it:

| | narrower | wider |
| --- | --- | --- |
| request | clients send values that are refused now | providers receive new values |
| response | providers send values that are not allowed now | clients receive new values |
"""

from __future__ import annotations

from enum import Enum, Flag, auto
from typing import Final

from crm_contracts.diff.model import Audience, Level


class Direction(Enum):
    """Direction in which the values travel."""

    REQUEST = "request"
    RESPONSE = "response"


class Effect(Flag):
    """Effect of a change on the set of values at a place.

    `UNHEEDED` is a member that the new contract no longer names, but does not refuse either: in a request, what clients
    send there is lost; in a response, nobody could rely on it. `NOTICE` changes no set, but is worth knowing.
    `STRICTER` and `LOOSER` concern members that one contract does not name, so that nobody sends them: they only count
    when alternatives are compared with each other.
    """

    NONE = 0
    NARROWED = auto()
    WIDENED = auto()
    UNHEEDED = auto()
    NOTICE = auto()
    STRICTER = auto()
    LOOSER = auto()


BOTH: Final = Effect.NARROWED | Effect.WIDENED

_BREAKS: Final = {
    (Direction.REQUEST, Audience.CLIENTS): Effect.NARROWED | Effect.UNHEEDED,
    (Direction.REQUEST, Audience.PROVIDERS): Effect.WIDENED,
    (Direction.RESPONSE, Audience.CLIENTS): Effect.WIDENED,
    (Direction.RESPONSE, Audience.PROVIDERS): Effect.NARROWED,
}


def breaks(direction: Direction, effect: Effect) -> tuple[Audience, ...]:
    """Return for whom a change with this effect breaks something."""
    return tuple(audience for audience in Audience if effect & _BREAKS[direction, audience])


def level(direction: Direction, effect: Effect) -> Level:
    """Return how serious a change with this effect is."""
    if breaks(direction, effect):
        return Level.BREAKING
    return Level.NOTICE if effect & (Effect.NOTICE | Effect.UNHEEDED) else Level.COMPATIBLE
