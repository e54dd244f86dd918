"""Which members of an answer a client's doings depend on: found out by leaving members away, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import REMOVED, Alteration, Draft, Inapplicable, Path, put
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt, Maker
from crm_contracts.fuzz.program.model import Trial

Doings = tuple[Any, ...]
Try = Callable[[Sequence[Attempt]], list[Trial]]


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
        """Return the paths of the members read, outer ones before what is read in them."""
        return self._read(_members(self._start.draft.value, ()))

    def _read(self, paths: list[Path]) -> list[Path]:
        """Return which of some paths are read, and which below them: halves of those that make a difference."""
        groups, found = [paths] if paths else [], []
        while groups:
            trials = self._try_all([self._without(group) for group in groups])
            telling = [group for group, trial in zip(groups, trials, strict=False) if self._differs(trial)]
            groups = []
            for group in telling:
                if len(group) > 1:
                    groups += [group[: len(group) // 2], group[len(group) // 2 :]]
                    continue
                found.append(group[0])
                below = _members(_at(self._start.draft.value, group[0]), group[0])
                groups += [below] if below else []
        return sorted(found)

    def _without(self, paths: Iterable[Path]) -> Attempt:
        def change(draft: Draft) -> Draft:
            value = draft.value
            for path in paths:
                try:
                    value = put(value, path, REMOVED)
                except Inapplicable:
                    continue
            return replace(draft, value=value)

        removal = Alteration(Kind.ABSENT, ("body",), "members are absent", change)
        return self._maker.make(self._start, [removal], allowed=False)

    def _differs(self, trial: Trial) -> bool:
        return bool(trial.did.met) and self._doings(trial) != self._usual


def _members(value: Any, path: Path) -> list[Path]:
    """Return the paths of an object's members; of an array those of its first entry's."""
    if isinstance(value, dict):
        return [(*path, name) for name in value]
    return _members(value[0], (*path, 0)) if isinstance(value, list) and value else []


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
