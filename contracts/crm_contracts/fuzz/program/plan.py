"""In which order a client is given what: what tells much comes first, and what it reads before what it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from random import Random
from typing import Final

from crm_contracts.fuzz import bodies
from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import Alteration, Path
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place
from crm_contracts.fuzz.pools import Alterations, fits, pool
from crm_contracts.fuzz.program.attempt import Attempt, Maker, takes_time

_RANKS: Final = 8
"""Ranks that the alterations of a kind at a place are spread over, however many there are."""

_RANKS_OF_CARRIAGE: Final = 2
"""The same for how a body is carried, of which there is less."""

_UNREAD: Final = 6
"""Ranks that what the client does not read stands behind what it reads."""

_OFTEN_TOO: Final = frozenset(
    {Kind.MEDIA_TYPE, Kind.EMPTY_BODY, Kind.TRUNCATED_BODY, Kind.PROXY_PAGE, Kind.BROKEN_CONNECTION}
)
"""Kinds that clients may try to get over by calling again, so that they are given always too."""

_ANY: Final = 0.2
"""How often a text or number becomes any text or number, where several things are altered at once."""

_TOUCHED: Final = 0.7
"""How often a member that the client reads is altered then."""

_FURTHER: Final = 6
"""The most members altered then that it does not read."""


@dataclass(frozen=True, eq=False)
class Start:
    """A documented answer to start from.

    Attributes:
        documented: the answer.
        rank: 0 for those of success, more for others.
        read: paths of the members that the client reads.
        weight: how often to start from it where several things are altered at once.
    """

    documented: Documented
    rank: int
    read: tuple[Path, ...]
    weight: float = 1.0

    def is_read(self, path: Path) -> bool:
        """Tell whether the client reads what stands at a path, or something in it, or all that it is a part of."""
        return any(each[: len(path)] == path for each in self.read) or any(
            path[: len(each)] == each for each in self._innermost
        )

    @cached_property
    def _innermost(self) -> tuple[Path, ...]:
        """The paths of members read in which no other one is."""
        around = {each[:depth] for each in self.read for depth in range(len(each))}
        return tuple(each for each in self.read if each not in around)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of its body."""
        return pool(self.documented).places

    @cached_property
    def allowed(self) -> Mapping[Path, list[list[Alteration]]]:
        """Alterations that the contract allows, by place, and there by kind; what is not in the body as well."""
        found: dict[Path, list[Alteration]] = {}
        for alterations in pool(self.documented).allowed.values():
            for each in alterations:
                found.setdefault(each.place, []).append(each)
        return {place: [list(each) for _, each in groupby(found[place], lambda one: one.kind)] for place in found}


@dataclass(frozen=True, eq=False)
class Single:
    """An answer with one alteration.

    Attributes:
        rank: the lower, the earlier.
        start: the documented answer.
        alteration: what to do to it.
        allowed: whether the contract allows it.
        always: every request to the operation gets it.
    """

    rank: int
    start: Start
    alteration: Alteration
    allowed: bool
    always: bool = False


class Plan:
    """Gives answers to try, the more telling ones first, without end; the same ones for the same seed."""

    def __init__(self, starts: Iterable[Start], maker: Maker, seed: int) -> None:
        """Lay out the order.

        Args:
            starts: documented answers, those of an operation together.
            maker: makes attempts.
            seed: of what is drawn.
        """
        self._starts = list(starts)
        self._maker = maker
        self._random = Random(seed)  # noqa: S311  # no secret
        self._known: set[tuple[str, Path, Kind]] = set()
        self._singles = iter(self._in_order())

    def leave_out(self, attempt: Attempt) -> None:
        """Try nothing more of what was altered in an attempt: it is known to break the client."""
        self._known |= {(attempt.answer.operation, each.place, each.kind) for each in attempt.alterations}

    def __iter__(self) -> Iterator[Attempt]:
        """Yield attempts: two with one alteration each, then one with several, as long as there are others left."""
        turns: list[Callable[[], Attempt | None]] = [self._single, self._several, self._single]
        while turns:
            for turn in tuple(turns):
                attempt = turn()
                if attempt is not None:
                    yield attempt
                elif turn == self._single:
                    turns = [self._several]

    def _in_order(self) -> list[Single]:
        """Return all singles by rank, and those of the same rank by turns of their kinds."""
        ranked = list(self._ranked())
        self._random.shuffle(ranked)
        turns: Counter[tuple[int, Start, Kind]] = Counter()
        order: list[tuple[int, int, int, Single]] = []
        for single in ranked:
            turn = (single.rank, single.start, single.alteration.kind)
            turns[turn] += 1
            order.append((single.rank, turns[turn], len(order), single))
        return [single for *_, single in sorted(order, key=lambda each: each[:3])]

    def _ranked(self) -> Iterator[Single]:
        for start in self._starts:
            found = pool(start.documented)
            for allowed, alterations in ((True, found.allowed), (False, found.forbidden)):
                for rank, each in self._by_place(start, alterations):
                    if takes_time(each, start.documented):
                        continue  # it has been tried when it was found out whether the client is ready
                    yield Single(rank, start, each, allowed)
                    if each.kind in _OFTEN_TOO:
                        yield Single(rank + 1, start, each, allowed, always=True)

    def _by_place(self, start: Start, alterations: Alterations) -> Iterator[tuple[int, Alteration]]:
        """Yield alterations with ranks: those of a kind at a place are spread over some of them."""
        for found in alterations.values():
            for place, at_place in groupby(found, lambda each: each.place):
                several = list(at_place)
                self._random.shuffle(several)
                in_body = place[0] == "body" and len(place) > 1
                later = start.rank + (_UNREAD if in_body and not start.is_read(place[1:]) else 0)
                ranks = _RANKS if in_body else _RANKS_OF_CARRIAGE
                for number, each in enumerate(several):
                    yield later + (number * ranks // len(several) if len(several) > ranks else number), each

    def _single(self) -> Attempt | None:
        for each in self._singles:
            if not self._is_known(each.start, each.alteration):
                documented = each.start.documented
                return self._maker.make(documented, [each.alteration], allowed=each.allowed, always=each.always)
        return None

    def _several(self) -> Attempt | None:
        random = self._random
        start = random.choices(self._starts, [each.weight for each in self._starts])[0]
        places = list(start.allowed)
        read = [place for place in places if len(place) > 1 and place[0] == "body" and start.is_read(place[1:])]
        unread = [place for place in places if place not in read]
        drawn = [place for place in read if random.random() < _TOUCHED]
        drawn += random.sample(unread, min(len(unread), random.randint(1, _FURTHER)))
        random.shuffle(drawn)
        alterations = [self._one_at(start, place) for place in drawn]
        unknown = [each for each in alterations if not self._is_known(start, each)]
        return self._maker.make(start.documented, unknown, allowed=True)

    def _one_at(self, start: Start, place: Path) -> Alteration:
        if self._random.random() < _ANY:
            drawn = self._drawn(start, place)
            if drawn is not None and fits(start.documented, drawn.change(start.documented.draft)):
                return drawn
        return self._random.choice(self._random.choice(start.allowed[place]))

    def _drawn(self, start: Start, place: Path) -> Alteration | None:
        """Return an alteration to any text or any integer, where there is one; rules of the contract are not asked."""
        found = next((each for each in start.places if place == ("body", *each.path)), None)
        if found is not None and isinstance(found.value, str):
            return bodies.altered_to(found, Kind.TEXT, _any_text(self._random), "any text")
        if found is not None and type(found.value) is int:
            return bodies.altered_to(found, Kind.NUMBER, self._random.randint(-(2**63), 2**63 - 1), "any integer")
        return None

    def _is_known(self, start: Start, alteration: Alteration) -> bool:
        return (start.documented.operation.key, alteration.place, alteration.kind) in self._known


def _any_text(random: Random) -> str:
    """Return a text of characters from all planes, the more usual ones more often."""
    ranges = ((0x20, 0x7E), (0xA1, 0x24F), (0x0, 0x1F), (0x300, 0xD7FF), (0x10000, 0x10FFFF))
    drawn = random.choices(ranges, (50, 20, 5, 20, 5), k=random.randint(0, 40))
    return "".join(chr(random.randint(low, high)) for low, high in drawn)
