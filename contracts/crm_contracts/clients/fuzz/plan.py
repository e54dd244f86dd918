"""The order of cases: informative ones first, and members that the client reads before others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count, groupby
from random import Random
from typing import Final

from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder, takes_time
from crm_contracts.clients.fuzz.field_usage import general
from crm_contracts.fuzz import body_mutations
from crm_contracts.fuzz.body_nodes import BodyNode
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.mutation_pool import MutationsByKind, conforms, mutation_pool
from crm_contracts.fuzz.response_builder import Mutation
from crm_contracts.shard import WHOLE, Shard
from crm_mocks.location import Location

_RANKS: Final = 8
"""Ranks that the mutations of a kind at a member are spread over, however many there are."""

_TRANSPORT_RANKS: Final = 2
"""The same for mutations of the transport, of which there are fewer."""

_UNREAD: Final = 6
"""Ranks by which members that the client does not read come later."""

_OTHER_ENTRY: Final = 4
"""Ranks by which the same member of another entry of an array comes later."""

_ALWAYS_TOO: Final = frozenset(
    {
        MutationKind.MEDIA_TYPE,
        MutationKind.EMPTY_BODY,
        MutationKind.TRUNCATED_BODY,
        MutationKind.PROXY_PAGE,
        MutationKind.BROKEN_CONNECTION,
    }
)
"""Kinds that a retry may help against, so that they are also given to every request."""

_ANY_VALUE: Final = 0.2
"""Probability that a text or number becomes any text or number in a case with several mutations."""

_READ_MEMBER: Final = 0.7
"""Probability that a member which the client reads is mutated then."""

_UNREAD_MEMBERS: Final = 6
"""Highest number of other members mutated then."""


@dataclass(frozen=True, eq=False)
class StartingPoint:
    """A documented response to mutate.

    Attributes:
        example: the response.
        rank: 0 for successes, more for others.
        read: paths of the members that the client reads, with `*` for each position in an array.
        weight: how often to use it for cases with several mutations.
    """

    example: ExampleResponse
    rank: int
    read: tuple[Location, ...]
    weight: float = 1.0

    def is_read(self, path: Location) -> bool:
        """Return whether the client reads the value at a path, something inside it, or all that it is a part of."""
        path = general(path)
        return any(each[: len(path)] == path for each in self.read) or any(
            path[: len(each)] == each for each in self._innermost
        )

    @cached_property
    def _innermost(self) -> tuple[Location, ...]:
        """Paths of members that are read and have no member that is read."""
        around = {each[:depth] for each in self.read for depth in range(len(each))}
        return tuple(each for each in self.read if each not in around)

    @property
    def places(self) -> tuple[BodyNode, ...]:
        """Places of its body."""
        return mutation_pool(self.example).nodes

    @cached_property
    def allowed(self) -> Mapping[Location, list[list[Mutation]]]:
        """Mutations that the contract allows, by location and there by kind, including those of the transport."""
        found: dict[Location, list[Mutation]] = {}
        for mutations in mutation_pool(self.example).allowed.values():
            for each in mutations:
                found.setdefault(each.location, []).append(each)
        return {place: [list(each) for _, each in groupby(found[place], lambda one: one.kind)] for place in found}


@dataclass(frozen=True, eq=False)
class SingleMutation:
    """A case with one mutation.

    Attributes:
        rank: lower ranks come earlier.
        start: the documented response.
        mutation: the mutation.
        allowed: the contract allows it.
        always: every request to the operation gets it.
    """

    rank: int
    start: StartingPoint
    mutation: Mutation
    allowed: bool
    always: bool = False


class FuzzPlan:
    """Yields cases without end, informative ones first, and the same ones for the same seed."""

    def __init__(
        self, starts: Iterable[StartingPoint], builder: FuzzCaseBuilder, seed: int, shard: Shard = WHOLE
    ) -> None:
        """Order the cases.

        Args:
            starts: documented responses, those of an operation together.
            builder: builds cases.
            seed: seed of all random choices.
            shard: part of the cases to yield. The parts are disjoint for the same documented responses and seed, and
                whatever is left out.
        """
        self._starts = list(starts)
        self._builder = builder
        self._random = Random(seed)  # noqa: S311  # no secret
        self._known: set[tuple[str, Location, MutationKind]] = set()
        self._singles = iter(shard.of(self._in_order()))
        self._shard = shard
        self._draws = count()

    def leave_out(self, case: FuzzCase) -> None:
        """Leave out the mutations of a case, which are known to break the client."""
        self._known |= {(case.operation, each.location, each.kind) for each in case.mutations}

    def __iter__(self) -> Iterator[FuzzCase]:
        """Yield two cases with one mutation each, then one with several, and so on; in the end only the latter."""
        turns: list[Callable[[], FuzzCase | None]] = [self._single, self._several, self._single]
        while turns:
            for turn in tuple(turns):
                case = turn()
                if case is not None:
                    yield case
                elif turn == self._single:
                    turns = [self._several]

    def _in_order(self) -> list[SingleMutation]:
        """Return all single mutations by rank; within a rank, kinds take turns."""
        ranked = list(self._ranked())
        self._random.shuffle(ranked)
        turns: Counter[tuple[int, StartingPoint, MutationKind]] = Counter()
        order: list[tuple[int, int, int, SingleMutation]] = []
        for single in ranked:
            turn = (single.rank, single.start, single.mutation.kind)
            turns[turn] += 1
            order.append((single.rank, turns[turn], len(order), single))
        return [single for *_, single in sorted(order, key=lambda each: each[:3])]

    def _ranked(self) -> Iterator[SingleMutation]:
        for start in self._starts:
            pool = mutation_pool(start.example)
            for allowed, mutations in ((True, pool.allowed), (False, pool.forbidden)):
                for rank, each in self._by_location(start, mutations):
                    if takes_time(each, start.example):
                        continue  # calibration ran it
                    yield SingleMutation(rank, start, each, allowed)
                    if each.kind in _ALWAYS_TOO:
                        yield SingleMutation(rank + 1, start, each, allowed, always=True)

    def _by_location(self, start: StartingPoint, mutations: MutationsByKind) -> Iterator[tuple[int, Mutation]]:
        """Yield mutations with ranks; those of a kind at one location are spread over several ranks."""
        for found in mutations.values():
            seen: set[Location] = set()
            for location, group in groupby(found, lambda each: each.location):
                several = list(group)
                self._random.shuffle(several)
                in_body = location[0] == "body" and len(location) > 1
                rank = start.rank + (_UNREAD if in_body and not start.is_read(location[1:]) else 0)
                rank += _OTHER_ENTRY if general(location) in seen else 0
                seen.add(general(location))
                ranks = _RANKS if in_body else _TRANSPORT_RANKS
                for number, each in enumerate(several):
                    yield rank + (number * ranks // len(several) if len(several) > ranks else number), each

    def _single(self) -> FuzzCase | None:
        for each in self._singles:
            if not self._is_known(each.start, each.mutation):
                return self._builder.build(
                    each.start.example, [each.mutation], allowed=each.allowed, always=each.always
                )
        return None

    def _several(self) -> FuzzCase | None:
        for number in self._draws:
            start, mutations = self._drawn()  # by all shards, which therefore draw the same
            if self._shard.has(number):
                unknown = [each for each in mutations if not self._is_known(start, each)]
                return self._builder.build(start.example, unknown, allowed=True)
        return None

    def _drawn(self) -> tuple[StartingPoint, list[Mutation]]:
        """Draw a starting point and several mutations."""
        random = self._random
        start = random.choices(self._starts, [each.weight for each in self._starts])[0]
        locations = list(start.allowed)
        read = [each for each in locations if len(each) > 1 and each[0] == "body" and start.is_read(each[1:])]
        unread = [each for each in locations if each not in read]
        drawn = [each for each in read if random.random() < _READ_MEMBER]
        drawn += random.sample(unread, min(len(unread), random.randint(1, _UNREAD_MEMBERS)))
        random.shuffle(drawn)
        return start, [self._one_at(start, location) for location in drawn]

    def _one_at(self, start: StartingPoint, location: Location) -> Mutation:
        if self._random.random() < _ANY_VALUE:
            drawn = self._any_value(start, location)
            if drawn is not None and conforms(start.example, drawn.apply(start.example.builder)):
                return drawn
        return self._random.choice(self._random.choice(start.allowed[location]))

    def _any_value(self, start: StartingPoint, location: Location) -> Mutation | None:
        """Return a mutation to any text or integer, if there is one at a location; the contract may forbid it."""
        place = next((each for each in start.places if location == ("body", *each.path)), None)
        if place is not None and isinstance(place.value, str):
            return body_mutations.value_mutation(place, MutationKind.TEXT, _any_text(self._random), "any text")
        if place is not None and type(place.value) is int:
            number = self._random.randint(-(2**63), 2**63 - 1)
            return body_mutations.value_mutation(place, MutationKind.NUMBER, number, "any integer")
        return None

    def _is_known(self, start: StartingPoint, mutation: Mutation) -> bool:
        return (start.example.operation.key, mutation.location, mutation.kind) in self._known


def _any_text(random: Random) -> str:
    """Return a text of characters from all Unicode planes, common ones more often."""
    ranges = ((0x20, 0x7E), (0xA1, 0x24F), (0x0, 0x1F), (0x300, 0xD7FF), (0x10000, 0x10FFFF))
    drawn = random.choices(ranges, (50, 20, 5, 20, 5), k=random.randint(0, 40))
    return "".join(chr(random.randint(low, high)) for low, high in drawn)
