"""What a change at one place means, from the way that the values there travel.

A contract's schemas are sets of values. A change makes a set narrower, wider, or both. A program written for the old
contract is in trouble where it *sends* a value that is no longer in the set, or *gets* one that was not in it:

| | narrower | wider |
| --- | --- | --- |
| request | clients send what is refused now | providers get what they never got |
| answer | providers send what is not allowed now | clients get what they never got |
"""

from __future__ import annotations

from enum import Enum, Flag, auto
from typing import Final

from crm_contracts.diff.model import Audience, Level


class Direction(Enum):
    """Which way the values travel."""

    REQUEST = "request"
    ANSWER = "answer"


class Effect(Flag):
    """What a change does to the set of values at a place.

    `UNHEEDED` is a member that the new contract does not name any more, though it refuses nothing: in a request what
    clients send there is lost, in an answer nobody could count on it. `NOTICE` changes no set, and is worth knowing.
    `STRICTER` and `LOOSER` are told of members that one contract does not name, so that nobody sends them: they only
    count where one alternative is held against another.
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
    (Direction.ANSWER, Audience.CLIENTS): Effect.WIDENED,
    (Direction.ANSWER, Audience.PROVIDERS): Effect.NARROWED,
}


def breaks(direction: Direction, effect: Effect) -> tuple[Audience, ...]:
    """Return for whom a change with this effect breaks something."""
    return tuple(audience for audience in Audience if effect & _BREAKS[direction, audience])


def level(direction: Direction, effect: Effect) -> Level:
    """Return how serious a change with this effect is."""
    if breaks(direction, effect):
        return Level.BREAKING
    return Level.NOTICE if effect & (Effect.NOTICE | Effect.UNHEEDED) else Level.COMPATIBLE
