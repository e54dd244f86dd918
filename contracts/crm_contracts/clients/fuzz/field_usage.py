"""Find out which members of a response a client reads: those whose change alone changes what the client does."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Any, Final, TypeVar

from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.mutation_pool import conforms, nodes_of
from crm_contracts.fuzz.response_builder import REMOVED, Mutation, ResponseBuilder, set_at
from crm_mocks.location import Location

Found = TypeVar("Found")
Inquiry = Generator[list[FuzzCase], list[FuzzResult], Found]
"""Yields cases, receives their results, and returns what it found out."""

Behaviour = tuple[Any, ...]
RunAll = Callable[[Sequence[FuzzCase]], list[FuzzResult]]
Change = Callable[[Location, Any], Any]

ANY: Final = "*"
"""Step of a path that stands for each entry of an array."""

_UNEXPECTED_TEXT: Final = "SOMETHING_NEW"
_UNEXPECTED_NUMBER: Final = 2**53 + 1
_DATE_START: Final = re.compile(r"^\d{4}-\d\d-\d\d")
_FEW: Final = 4
"""Paths that are changed one by one rather than in halves."""

_MOST_ENUM_VALUES: Final = 5
"""Values of an enum that are tried at the most."""

_MOST_MEMBERS: Final = 200
"""Members that are changed at the most, to bound the number of runs."""


def run_together(inquiries: Sequence[Inquiry[Found]], run_all: RunAll) -> list[Found]:
    """Run the cases of several inquiries at the same time, since each has few at a time; return what they found out.

    Args:
        inquiries: none has begun.
        run_all: runs cases.
    """
    found: dict[int, Found] = {}
    waiting: dict[int, list[FuzzCase]] = {}

    def resume(number: int, results: list[FuzzResult] | None) -> None:
        try:
            waiting[number] = inquiries[number].send(results)  # type: ignore[arg-type]  # None to begin
        except StopIteration as end:
            waiting.pop(number, None)
            found[number] = end.value

    for number in range(len(inquiries)):
        resume(number, None)
    while waiting:
        asked = dict(waiting)
        results = iter(run_all(list(chain.from_iterable(asked.values()))))
        for number, cases in asked.items():
            resume(number, list(islice(results, len(cases))))
    return [found[number] for number in range(len(inquiries))]


def behaviour(results: Sequence[FuzzResult]) -> Callable[[FuzzResult], Behaviour]:
    """Return a function that distinguishes behaviours of a client.

    Args:
        results: results of the same case; what differs in the output among them is ignored: its numbers, such as a
            time of day, or else all of it.
    """
    printed = [result.printed for result in results]
    shown = next((show for show in (str, _without_numbers) if len(set(map(show, printed))) == 1), lambda _: "")

    def of(result: FuzzResult) -> Behaviour:
        run = result.run
        return (run.code, run.signal, run.stopped, run.requests, run.refusals, shown(result.printed))

    return of


class FieldUsage:
    """Finds out which members of a documented response a client reads.

    Each member is changed alone: to another value that the contract allows, to one that no client expects, and by
    leaving it out. Members are changed in groups first: a group that makes no difference needs no run for each member.
    """

    def __init__(self, example: ExampleResponse, builder: FuzzCaseBuilder, unmodified: Sequence[FuzzResult]) -> None:
        """Start with the client's behaviour after the response as it is.

        Args:
            example: the documented response.
            builder: builds cases.
            unmodified: results of the response as it is, at least one.
        """
        self._example = example
        self._builder = builder
        self._unmodified = unmodified
        self._always = unmodified[0].case.always
        self._behaviour = behaviour(unmodified)
        self._usual = self._behaviour(unmodified[0])
        self._enums = {general(node.path): node.rule("enum") for node in nodes_of(example, example.builder.value)}

    def members(self) -> Inquiry[list[Location]]:
        """Return the paths of the members that are read, outer ones before those inside them.

        A step `*` stands for each entry of an array. What contains a member that is read is read as well.
        """
        if len(self._unmodified) == 1:
            again = yield [self._unmodified[0].case]
            self._behaviour = behaviour([*self._unmodified, *again])
            self._usual = self._behaviour(self._unmodified[0])
        value = self._example.builder.value
        leaves = list(dict.fromkeys(_leaves(value, ())))[:_MOST_MEMBERS]
        read = set((yield from self._read(leaves, self._valid_change)))
        for number in range(1, _MOST_ENUM_VALUES):
            others = [path for path in leaves if path not in read and len(self._enums.get(path) or ()) > number]
            read.update((yield from self._read(others, partial(self._valid_change, number=number))))
        read.update((yield from self._read([path for path in leaves if path not in read], _make_unexpected)))
        read.update((yield from self._read(list(dict.fromkeys(_arrays(value, ()))), _lengthen)))
        found = {path[:depth] for path in read for depth in range(1, len(path) + 1)}
        wanted = _members(value, ())
        while wanted:  # members inside a member that is read may be read too
            others = [path for path in wanted if path not in found and path[-1] != ANY]
            found.update((yield from self._read(others, _remove)))
            within = (inner for path in wanted if path in found or path[-1] == ANY for inner in self._within(path))
            wanted = list(dict.fromkeys(within))
        return sorted(found, key=lambda path: tuple(map(str, path)))

    def _within(self, path: Location) -> Iterator[Location]:
        for concrete in _concrete(self._example.builder.value, path):
            yield from _members(_at(self._example.builder.value, concrete), path)

    def _read(self, paths: list[Location], change: Change) -> Inquiry[list[Location]]:
        """Return which of some paths make a difference when they are changed alone, in two runs of two."""
        found: list[list[Location]] = []
        groups = [paths] if paths else []
        while groups:
            relevant = yield from self._relevant(groups, change)
            found += [group for group in relevant if len(group) == 1]
            groups = [part for group in relevant if len(group) > 1 for part in _parts(group)]
        return [path for (path,) in (yield from self._relevant(found, change))] if found else []

    def _relevant(self, groups: list[list[Location]], change: Change) -> Inquiry[list[list[Location]]]:
        """Return the groups of paths that make a difference."""
        results = yield [self._with(group, change) for group in groups]
        return [group for group, result in zip(groups, results, strict=True) if self._differs(result)]

    def _with(self, paths: Iterable[Location], change: Change) -> FuzzCase:
        def changed(builder: ResponseBuilder) -> ResponseBuilder:
            value = builder.value
            for path in paths:
                for concrete in _concrete(value, path):
                    value = set_at(value, concrete, change(concrete, _at(value, concrete)))
            return replace(builder, value=value)

        mutation = Mutation(MutationKind.ABSENT, ("body",), "members are absent or changed", changed)
        return self._builder.build(self._example, [mutation], allowed=False, always=self._always)

    def _differs(self, result: FuzzResult) -> bool:
        return bool(result.run.delivered) and self._behaviour(result) != self._usual

    def _valid_change(self, path: Location, value: Any, number: int = 0) -> Any:
        """Return another value that the contract allows at a path, or the value itself if none is found.

        Args:
            path: the path.
            value: the value.
            number: which of the values of an enum.
        """
        before = self._example.builder
        enum = [each for each in self._enums.get(general(path)) or () if each != value]
        for other in (*enum[number : number + 1], *_other_values(value)):
            same = type(other) is type(value) and other == value
            if not same and conforms(self._example, replace(before, value=set_at(before.value, path, other))):
                return other
        return value


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "", text)


def _parts(paths: list[Location]) -> list[list[Location]]:
    size = len(paths) // 2 if len(paths) > _FEW else 1
    return [paths[at : at + size] for at in range(0, len(paths), size)]


def general(path: Location) -> Location:
    """Return a path with `*` for each position in an array."""
    return tuple(ANY if isinstance(step, int) else step for step in path)


def _members(value: Any, path: Location) -> list[Location]:
    """Return the paths of an object's members; of an array, the one of its entries."""
    if isinstance(value, dict):
        return [(*path, name) for name in value]
    return [(*path, ANY)] if isinstance(value, list) and value else []


def _leaves(value: Any, path: Location) -> Iterator[Location]:
    """Yield the paths of all members without members."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(inner, (*path, ANY))
    elif path:
        yield path


def _arrays(value: Any, path: Location) -> Iterator[Location]:
    """Yield the paths of all arrays that have entries."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _arrays(inner, (*path, name))
    elif isinstance(value, list) and value:
        yield path
        for inner in value:
            yield from _arrays(inner, (*path, ANY))


def _concrete(value: Any, path: Location, before: Location = ()) -> Iterator[Location]:
    """Yield the paths in a value for which a path with `*` stands."""
    if not path:
        yield before
        return
    step, rest = path[0], path[1:]
    if isinstance(value, list) and step == ANY:
        for number, inner in enumerate(value):
            yield from _concrete(inner, rest, (*before, number))
    elif isinstance(value, dict) and step in value:
        yield from _concrete(value[step], rest, (*before, step))


def _other_values(value: Any) -> Iterator[Any]:
    """Yield other values of the same type, those in the same form first."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield _DATE_START.sub("2019-03-04", value)
        yield re.sub(r"[0-8]", lambda match: str(int(match[0]) + 1), value)
        yield re.sub(r"[a-yA-Y]", lambda match: chr(ord(match[0]) + 1), value)
        yield _UNEXPECTED_TEXT
    elif value is None:
        yield from (_UNEXPECTED_TEXT, 7, True)
    elif isinstance(value, list):
        yield [_UNEXPECTED_TEXT]
    elif isinstance(value, dict):
        yield {_UNEXPECTED_TEXT: True}


def _make_unexpected(_path: Location, value: Any) -> Any:
    """Return another value of the same type that no client expects."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return _UNEXPECTED_NUMBER
    if isinstance(value, list):
        return [_UNEXPECTED_TEXT]
    return {_UNEXPECTED_TEXT: True} if isinstance(value, dict) else _UNEXPECTED_TEXT


def _lengthen(_path: Location, value: Any) -> Any:
    return [*value, value[0]]


def _remove(_path: Location, _value: Any) -> Any:
    return REMOVED


def _at(value: Any, path: Location) -> Any:
    for step in path:
        value = value[step]
    return value
