"""Shrinking: the smallest answer that still breaks a client, in few runs, since a program takes its time.

Hypothesis shrinks what tests in Python generate, a choice at a time, in hundreds of runs. What is shrunk here is a list
of alterations, each of which is known, so that a few runs do, several of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from crm_contracts.fuzz.draft import Alteration, Path
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.pools import pool
from crm_contracts.fuzz.program.attempt import Attempt, Maker
from crm_contracts.fuzz.program.model import Flaky, Trial

AGAIN: Final = 2
"""How often what broke a client is given again, before it is believed."""

_MILDER: Final = 16
"""How many milder alterations are tried at first."""

_OTHERS: Final = 32
"""How many of the others are tried then, at the most."""

Try = Callable[[Sequence[Attempt]], list[Trial]]


class Shrinker:
    """Makes answers smaller that break a client."""

    def __init__(self, maker: Maker, try_all: Try, try_afresh: Try) -> None:
        """Take note of who tries.

        Args:
            maker: makes attempts.
            try_all: tries attempts, and judges them.
            try_afresh: the same, each with a process that has made no run before.
        """
        self._maker = maker
        self._try_all = try_all
        self._try_afresh = try_afresh
        self.runs = 0

    def shrunk(self, trial: Trial) -> Trial | Flaky:
        """Return the trial of the smallest answer that breaks a client in the same way; or that it does so at times.

        Args:
            trial: in which the client broke.
        """
        again = self._try_afresh([trial.attempt] * AGAIN)
        self.runs = len(again)
        broke = [each for each in again if each.failures]
        if len(broke) < len(again):
            return Flaky(trial, 1 + len(broke), 1 + len(again))
        if trial.attempt.start is None:
            return trial
        smallest = self._fewer(trial)
        smallest = self._once(smallest)
        return self._milder(smallest)

    def _fewer(self, trial: Trial) -> Trial:
        """Leave alterations out: one alone, if it does, else as many as can be."""
        alterations = trial.attempt.alterations
        if len(alterations) < 2:
            return trial
        found = self._first(trial, ([each] for each in alterations))
        if found is not None:
            return found
        parts = 2
        while len(alterations) > 2:
            size = -(-len(alterations) // parts)
            without = [[*alterations[:at], *alterations[at + size :]] for at in range(0, len(alterations), size)]
            found = self._first(trial, without)
            if found is not None:
                trial, alterations, parts = found, found.attempt.alterations, max(parts - 1, 2)
            elif size == 1:
                break
            else:
                parts = min(parts * 2, len(alterations))
        return trial

    def _once(self, trial: Trial) -> Trial:
        """Give it to the first request only, if that does."""
        if not trial.attempt.always:
            return trial
        attempt = trial.attempt
        once = self._again(trial, attempt.alterations, allowed=attempt.answer.allowed, always=False)
        return self._alike(trial, self._tried([once])) or trial

    def _milder(self, trial: Trial) -> Trial:
        """Put milder alterations of the same kind in place of the last one, if one of them does.

        Of many, some are tried first, and then the others before the mildest that does.
        """
        if not trial.attempt.alterations:
            return trial
        milder = list(self._before(trial.attempt, trial.attempt.alterations[-1]))
        step = -(-len(milder) // _MILDER) or 1
        found = self._first_of(trial, milder[::step])
        if step == 1:
            return found or trial
        words = (found or trial).attempt.alterations[-1].words
        at = next((number for number, (each, _) in enumerate(milder) if each.words == words), len(milder))
        others = [each for number, each in enumerate(milder[:at]) if number % step]
        return self._first_of(trial, others[:_OTHERS]) or found or trial

    def _first_of(self, trial: Trial, milder: Sequence[tuple[Alteration, bool]]) -> Trial | None:
        """Return the first alteration that breaks the client in place of the last one."""
        attempt, others = trial.attempt, trial.attempt.alterations[:-1]
        again = []
        for each, allowed in milder:
            allowed_so = allowed and (attempt.answer.allowed or not others)
            again.append(self._again(trial, [*others, each], allowed=allowed_so, always=attempt.always))
        return self._alike(trial, self._tried(again))

    def _before(self, attempt: Attempt, last: Alteration) -> Iterator[tuple[Alteration, bool]]:
        """Yield alterations of the same kind, about the same place, that are milder, and whether they are allowed.

        The mildest comes first; what the contract allows is milder than what it does not.
        """
        assert attempt.start is not None  # what has no start is not shrunk
        found = pool(attempt.start)
        for allowed, alterations in ((True, found.allowed), (False, found.forbidden)):
            for each in alterations.get(last.kind, ()):
                if each.words == last.words:
                    return
                if _about(each) == _about(last):
                    yield each, allowed

    def _first(self, trial: Trial, several: Iterable[list[Alteration]]) -> Trial | None:
        """Return the first of several lists of alterations that breaks the client in the same way."""
        attempt = trial.attempt
        again = [self._again(trial, each, allowed=attempt.answer.allowed, always=attempt.always) for each in several]
        return self._alike(trial, self._tried(again))

    def _again(self, trial: Trial, alterations: Iterable[Alteration], *, allowed: bool, always: bool) -> Attempt:
        assert trial.attempt.start is not None  # what has no start is not shrunk
        return self._maker.make(trial.attempt.start, alterations, allowed=allowed, always=always)

    def _tried(self, attempts: Sequence[Attempt]) -> list[Trial]:
        trials = self._try_all(attempts)
        self.runs += len(trials)
        return trials

    def _alike(self, trial: Trial, others: Sequence[Trial]) -> Trial | None:
        return next((each for each in others if each.failures and each.symptom == trial.symptom), None)


def _about(alteration: Alteration) -> Path:
    """Return the place that an alteration is about: of a member that is not documented, the object that has it."""
    return alteration.place[:-1] if alteration.kind is Kind.UNKNOWN_MEMBER else alteration.place
