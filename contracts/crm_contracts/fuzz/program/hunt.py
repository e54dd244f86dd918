"""The hunt for weaknesses: what has been found, what is left of the budget, what is tried next."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import Path as Place
from crm_contracts.fuzz.program.attempt import Attempt, Maker
from crm_contracts.fuzz.program.lanes import Lanes
from crm_contracts.fuzz.program.model import Counts, Flaky, Trial, Tried, Weakness
from crm_contracts.fuzz.program.plan import Plan, Start
from crm_contracts.fuzz.program.reading import Reading
from crm_contracts.fuzz.program.ready import Readiness
from crm_contracts.fuzz.program.rules import Judge
from crm_contracts.fuzz.program.shrink import Shrinker

BATCH: Final = 32
"""Answers that are tried before what came of them is looked at: the same number for any number of lanes, so that what
is tried depends on nothing but the seed and the client."""

_LIKE_OTHERS: Final = 2
"""Rank of the first answer of an operation that has a schema of its own, beside those of success."""
_ONE_OF_MANY: Final = 5
"""Rank of further answers with the same schema."""
_WAITING_SECONDS: Final = 0.5
_SELDOM: Final = 0.1


@dataclass(frozen=True)
class Budget:
    """What is enough.

    Attributes:
        count: of answers.
        seconds: after which no further answer is generated, if any.
        most: weaknesses.
    """

    count: int
    seconds: float | None
    most: int


@dataclass(frozen=True)
class Standing:
    """How far it is.

    Attributes:
        answers: how many have been given.
        seconds: since the first.
        weaknesses: how many have been found.
        doing: what is being done.
    """

    answers: int
    seconds: float
    weaknesses: int
    doing: str


Keep = Callable[[Weakness], Weakness]
Progress = Callable[[Standing], None]


class Hunt:
    """Looks for weaknesses until the budget is spent."""

    def __init__(
        self, lanes: Lanes, judge: Judge, maker: Maker, budget: Budget, seed: int, keep: Keep, progress: Progress
    ) -> None:
        """Take note of the means.

        Args:
            lanes: where answers are tried.
            judge: who tells what was survived.
            maker: makes attempts.
            budget: what is enough.
            seed: of what is drawn.
            keep: writes the reproduction of a weakness.
            progress: told of how far it is.
        """
        self._lanes = lanes
        self._judge = judge
        self._maker = maker
        self._budget = budget
        self._seed = seed
        self._keep = keep
        self._progress = progress
        self._shrinker = Shrinker(maker, self._judged, lambda attempts: self._judged(attempts, fresh=True))
        self._plan: Plan | None = None
        self._began = time.monotonic()
        self.tried: dict[Tried, Counts] = {}
        self.answers = 0
        self.reads: dict[str, tuple[str, ...]] = {}
        self.weaknesses: list[Weakness] = []
        self.flaky: list[Flaky] = []
        self.survived: list[Trial] = []
        self.unmet: list[Trial] = []

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def carry_out(self, earlier: Sequence[Attempt], ready: Readiness) -> None:
        """Look for weaknesses: among earlier failures, documented answers, and then generated ones.

        Args:
            earlier: what broke the client before.
            ready: what it did with documented answers.
        """
        for trial in self._judged(earlier):
            if trial.failures:
                self._found(trial, 0)
            elif trial.did.met:
                self.survived.append(trial)
            else:
                self.unmet.append(trial)
        self._took(ready.trials, planned=False)
        starts = list(self._starts(ready))
        self._plan = Plan(starts, self._maker, self._seed)
        endless = iter(self._plan)
        while not self._is_enough:
            left = self._budget.count - self.answers
            self._tell("fuzzing")
            if self._budget.seconds is not None:
                self._lanes.until = self._began + self._budget.seconds
            trials = self._judged(list(islice(endless, min(BATCH, left))))
            self._lanes.until = None
            self._took(trials, planned=True)

    @property
    def _is_enough(self) -> bool:
        over = self._budget.seconds is not None and self.seconds >= self._budget.seconds
        return over or self.answers >= self._budget.count or len(self.weaknesses) >= self._budget.most

    def _judged(self, attempts: Sequence[Attempt], *, fresh: bool = False) -> list[Trial]:
        trials = self._lanes.try_all(attempts, self._judge.plain, fresh=fresh)
        return [self._judge.judged(trial) for trial in trials]

    def _took(self, trials: Sequence[Trial], *, planned: bool) -> None:
        """Count trials, and shrink those in which the client broke, unless that is known by now.

        Args:
            trials: what was tried.
            planned: it was the plan's, of which each counts: nothing may be left that can be altered.
        """
        for trial in trials:
            self.answers += planned or bool(trial.attempt.alterations)
            self._count(trial)
            if trial.failures and not self._is_known(trial):
                self._found(trial, self.answers)

    def _count(self, trial: Trial) -> None:
        answer = trial.attempt.answer
        counts = self.tried.setdefault(Tried(answer.operation, answer.status, answer.kind), Counts())
        counts.given += bool(trial.did.met)
        counts.unmet += not trial.did.met
        counts.broke += bool(trial.failures)

    def _is_known(self, trial: Trial) -> bool:
        """Tell whether a part of what was altered is known to break the client; or another documented answer, alike."""
        places = _places(trial.attempt)
        for known in (each.trial for each in self.weaknesses):
            others = _places(known.attempt)
            if others and others <= places:
                return True
            alike = known.failures == trial.failures and _operation(known) == _operation(trial)
            if alike and not others and not places:
                return True
        return False

    def _found(self, trial: Trial, number: int) -> None:
        if len(self.weaknesses) >= self._budget.most:
            return
        after = self.seconds
        self._tell("shrinking")
        shrunk = self._shrinker.shrunk(trial)
        if isinstance(shrunk, Flaky):
            self.flaky.append(shrunk)
            return
        weakness = Weakness(shrunk, number, after, self._shrinker.runs)
        answer = shrunk.attempt.as_queued()
        if all(each.trial.attempt.as_queued() != answer for each in self.weaknesses):  # it may be an earlier failure
            self.weaknesses.append(self._keep(weakness))
        if self._plan is not None:
            self._plan.leave_out(shrunk.attempt)
        self._tell("fuzzing")

    def _tell(self, doing: str) -> None:
        self._progress(Standing(self.answers, self.seconds, len(self.weaknesses), doing))

    def _starts(self, ready: Readiness) -> Iterator[Start]:
        """Yield what to start from, with what the client reads of it.

        That is asked once for each schema, and of successes and refusals apart: some CRMs have one schema for both.
        """
        for operation, answers in ready.answers.items():
            read: dict[tuple[str, bool], tuple[Place, ...]] = {}
            for documented in (*answers.good, *answers.others):
                kind = (json.dumps(documented.schema, sort_keys=True), documented in answers.successes)
                first = kind not in read
                if first:
                    read[kind] = self._read(documented, ready)
                rank = 0 if documented in answers.good else _LIKE_OTHERS if first else _ONE_OF_MANY
                yield Start(documented, rank, read[kind], self._weight(rank, ready.usual(documented)))
            places = dict.fromkeys(".".join(map(str, ("body", *path))) for paths in read.values() for path in paths)
            self.reads[operation] = tuple(places)

    def _weight(self, rank: int, usual: Sequence[Trial]) -> float:
        """Return how often to start from an answer: seldom if it has the client wait."""
        waits = any(trial.did.seconds > self._judge.plain.seconds + _WAITING_SECONDS for trial in usual)
        return (_SELDOM if waits else 1.0) / (1 + rank) ** 2

    def _read(self, documented: Documented, ready: Readiness) -> tuple[Place, ...]:
        self._tell("finding out what it reads")
        usual = [trial for trial in ready.usual(documented) if trial.did.met]

        def try_all(attempts: Sequence[Attempt]) -> list[Trial]:
            trials = self._judged(attempts)
            self.answers += len(trials)
            return trials

        return tuple(Reading(documented, self._maker, try_all, usual).members()) if usual else ()


def _places(attempt: Attempt) -> set[tuple[str, Place, str]]:
    return {(attempt.answer.operation, each.place, each.kind) for each in attempt.alterations}


def _operation(trial: Trial) -> str:
    return trial.attempt.answer.operation
