"""Which members of an answer a client's doings depend on: found out by leaving away or changing many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import REMOVED, Alteration, Draft, Path, put
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt, Maker
from crm_contracts.fuzz.program.model import Trial

Change = Callable[[Any], Any]
Doings = tuple[Any, ...]
Try = Callable[[Sequence[Attempt]], list[Trial]]

_ODD_TEXT: Final = "SOMETHING_NEW"
_ODD_NUMBER: Final = 2**53 + 1
_MANY: Final = 1_000
_FEW: Final = 8


def doings(trials: Sequence[Trial]) -> Callable[[Trial], Doings]:
    """Return what tells doings of a client apart, from runs that were given the same: what it prints may vary."""
    steady = len({trial.printed for trial in trials}) == 1

    def of(trial: Trial) -> Doings:
        did = trial.did
        return (did.code, did.signal, did.stopped, did.requests, did.refusals, trial.printed if steady else "")

    return of


class Reading:
    """Finds out which members of a documented answer a client reads."""

    def __init__(self, start: Documented, maker: Maker, try_all: Try, usual: Sequence[Trial]) -> None:
        """Begin with what it does when it is given the answer as it is.

        Args:
            start: the documented answer.
            maker: makes attempts.
            try_all: tries them.
            usual: trials of the answer as it is.
        """
        self._start = start
        self._maker = maker
        self._try_all = try_all
        self._doings = doings(usual)
        self._usual = self._doings(usual[0])

    def members(self) -> list[Path]:
        """Return the paths of the members read, outer ones before those in them."""
        value = self._start.draft.value
        inner = self._read(list(_leaves(value, ())), _make_odd)
        inner += self._read(list(_arrays(value, ())), _enlarge)
        found = {*inner, *(path[:depth] for path in inner for depth in range(1, len(path)))}
        wanted = _members(value, ())
        while wanted:  # of a member that is read, those in it may be, too
            absent = self._read([path for path in wanted if path not in found], _remove)
            within = (path for each in absent for path in _members(_at(value, each), each))
            found.update(absent)
            wanted = list(within)
        return sorted(found)

    def _read(self, paths: list[Path], change: Change) -> list[Path]:
        """Return which of some paths are read: all at once are changed first."""
        return self._halved(paths, change) if paths and self._telling([paths], change) else []

    def _halved(self, paths: list[Path], change: Change) -> list[Path]:
        """Return which of some paths are read that make a difference together.

        Of a few, both halves of which make one, all are taken to be read: a client that shows all that it gets would
        take two runs for each member.
        """
        if len(paths) == 1:
            return paths
        middle = len(paths) // 2
        telling = self._telling([paths[:middle], paths[middle:]], change)
        if len(telling) > 1 and len(paths) <= _FEW:
            return paths
        return [path for half in telling for path in self._halved(half, change)]

    def _telling(self, groups: list[list[Path]], change: Change) -> list[list[Path]]:
        """Return those of some groups that make a difference."""
        trials = self._try_all([self._with(group, change) for group in groups])
        return [group for group, trial in zip(groups, trials, strict=False) if self._differs(trial)]

    def _with(self, paths: Iterable[Path], change: Change) -> Attempt:
        def changed(draft: Draft) -> Draft:
            value = draft.value
            for path in paths:
                value = put(value, path, change(_at(draft.value, path)))
            return replace(draft, value=value)

        alteration = Alteration(Kind.ABSENT, ("body",), "members are absent or others", changed)
        return self._maker.make(self._start, [alteration], allowed=False)

    def _differs(self, trial: Trial) -> bool:
        return bool(trial.did.met) and self._doings(trial) != self._usual


def _members(value: Any, path: Path) -> list[Path]:
    """Return the paths of an object's members; of an array those of its first entry's."""
    if isinstance(value, dict):
        return [(*path, name) for name in value]
    return _members(value[0], (*path, 0)) if isinstance(value, list) and value else []


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    """Yield the paths of all members that have no members; of an array those of its first entry's."""
    for below in _members(value, path):
        inner = _at(value, below[len(path) :])
        yield from _leaves(inner, below) if _members(inner, below) else (below,)


def _arrays(value: Any, path: Path) -> Iterator[Path]:
    """Yield the paths of all arrays that have entries, the outer ones only."""
    if isinstance(value, list) and value:
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _arrays(inner, (*path, name))


def _remove(_value: Any) -> Any:
    return REMOVED


def _make_odd(value: Any) -> Any:
    """Return another value of the same type, which no client awaits."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return _ODD_NUMBER
    return _ODD_TEXT


def _enlarge(value: Any) -> Any:
    """Return an array with as many entries as clients are given at the most."""
    return [value[0]] * _MANY


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
