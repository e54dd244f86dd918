"""Find out which members of a response a client reads, by removing or changing many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.model import FuzzResult
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import REMOVED, Mutation, Path, ResponseBuilder, set_at

Change = Callable[[Any], Any]
Behaviour = tuple[Any, ...]
RunAll = Callable[[Sequence[FuzzCase]], list[FuzzResult]]

_UNEXPECTED_TEXT: Final = "SOMETHING_NEW"
_UNEXPECTED_NUMBER: Final = 2**53 + 1
_MANY: Final = 1_000
_FEW: Final = 8


def behaviour(results: Sequence[FuzzResult]) -> Callable[[FuzzResult], Behaviour]:
    """Return a function that tells behaviours of a client apart.

    Args:
        results: results of the same case; if the output differs among them, it is ignored.
    """
    steady = len({result.printed for result in results}) == 1

    def of(result: FuzzResult) -> Behaviour:
        run = result.run
        return (run.code, run.signal, run.stopped, run.requests, run.refusals, result.printed if steady else "")

    return of


class FieldUsage:
    """Finds out which members of a documented response a client reads."""

    def __init__(
        self, example: ExampleResponse, builder: FuzzCaseBuilder, run_all: RunAll, unmodified: Sequence[FuzzResult]
    ) -> None:
        """Start with the client's behaviour after the response as it is.

        Args:
            example: the documented response.
            builder: builds cases.
            run_all: runs them.
            unmodified: results of the response as it is.
        """
        self._example = example
        self._builder = builder
        self._run_all = run_all
        self._behaviour = behaviour(unmodified)
        self._usual = self._behaviour(unmodified[0])

    def members(self) -> list[Path]:
        """Return the paths of the members that are read, outer ones before those inside them."""
        value = self._example.builder.value
        inner = self._read(list(_leaves(value, ())), _make_unexpected)
        inner += self._read(list(_arrays(value, ())), _enlarge)
        found = {*inner, *(path[:depth] for path in inner for depth in range(1, len(path)))}
        wanted = _members(value, ())
        while wanted:  # members inside a member that is read may be read too
            absent = self._read([path for path in wanted if path not in found], _remove)
            within = (path for each in absent for path in _members(_at(value, each), each))
            found.update(absent)
            wanted = list(within)
        return sorted(found)

    def _read(self, paths: list[Path], change: Change) -> list[Path]:
        """Return which of some paths are read, after a change of all of them at once."""
        return self._bisect(paths, change) if paths and self._relevant([paths], change) else []

    def _bisect(self, paths: list[Path], change: Change) -> list[Path]:
        """Return which paths are read of some that make a difference together.

        Of a few paths, both halves of which make a difference, all are taken to be read: a client that shows the whole
        response would take two runs for each member.
        """
        if len(paths) == 1:
            return paths
        middle = len(paths) // 2
        relevant = self._relevant([paths[:middle], paths[middle:]], change)
        if len(relevant) > 1 and len(paths) <= _FEW:
            return paths
        return [path for half in relevant for path in self._bisect(half, change)]

    def _relevant(self, groups: list[list[Path]], change: Change) -> list[list[Path]]:
        """Return the groups of paths that make a difference."""
        results = self._run_all([self._with(group, change) for group in groups])
        return [group for group, result in zip(groups, results, strict=False) if self._differs(result)]

    def _with(self, paths: Iterable[Path], change: Change) -> FuzzCase:
        def changed(builder: ResponseBuilder) -> ResponseBuilder:
            value = builder.value
            for path in paths:
                value = set_at(value, path, change(_at(builder.value, path)))
            return replace(builder, value=value)

        mutation = Mutation(MutationKind.ABSENT, ("body",), "members are absent or changed", changed)
        return self._builder.build(self._example, [mutation], allowed=False)

    def _differs(self, result: FuzzResult) -> bool:
        return bool(result.run.delivered) and self._behaviour(result) != self._usual


def _members(value: Any, path: Path) -> list[Path]:
    """Return the paths of an object's members; of an array, those of its first entry."""
    if isinstance(value, dict):
        return [(*path, name) for name in value]
    return _members(value[0], (*path, 0)) if isinstance(value, list) and value else []


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    """Yield the paths of all members without members; of an array, those of its first entry."""
    for below in _members(value, path):
        inner = _at(value, below[len(path) :])
        yield from _leaves(inner, below) if _members(inner, below) else (below,)


def _arrays(value: Any, path: Path) -> Iterator[Path]:
    """Yield the paths of all outermost arrays that have entries."""
    if isinstance(value, list) and value:
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _arrays(inner, (*path, name))


def _remove(_value: Any) -> Any:
    return REMOVED


def _make_unexpected(value: Any) -> Any:
    """Return another value of the same type that no client expects."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return _UNEXPECTED_NUMBER
    return _UNEXPECTED_TEXT


def _enlarge(value: Any) -> Any:
    """Return an array with as many entries as the largest one that clients get."""
    return [value[0]] * _MANY


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
