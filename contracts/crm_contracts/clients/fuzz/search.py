"""The search for weaknesses: what has been found, what is left of the budget, and what is run next."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from crm_contracts.clients.fuzz.calibration import Calibration
from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.field_usage import FieldUsage
from crm_contracts.clients.fuzz.model import CaseCounts, CaseGroup, FlakyCase, FuzzResult, Weakness
from crm_contracts.clients.fuzz.plan import FuzzPlan, StartingPoint
from crm_contracts.clients.fuzz.shrinking import Shrinker
from crm_contracts.clients.workers import WorkerPool
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.response_builder import Path

BATCH: Final = 32
"""Cases that are run before their results are looked at. The number is the same for any number of workers, so that the
cases depend on nothing but the seed and the client."""

_FIRST_OF_SCHEMA: Final = 2
"""Rank of an operation's first response with a schema of its own, beside 0 for successes."""
_SAME_SCHEMA: Final = 5
"""Rank of further responses with the same schema."""
_WAITING_SECONDS: Final = 0.5
_RARELY: Final = 0.1


@dataclass(frozen=True)
class Budget:
    """When to stop.

    Attributes:
        count: number of cases.
        seconds: time after which no further case is generated, if any.
        weaknesses: number of weaknesses that count.
    """

    count: int
    seconds: float | None
    weaknesses: int


@dataclass(frozen=True)
class FuzzProgress:
    """Progress of a search.

    Attributes:
        cases: number of cases run.
        seconds: time since the first one.
        weaknesses: number of weaknesses found.
        activity: what the search is doing.
    """

    cases: int
    seconds: float
    weaknesses: int
    activity: str


Keep = Callable[[Weakness], Weakness]
ShowProgress = Callable[[FuzzProgress], None]


class WeaknessSearch:
    """Looks for weaknesses until the budget is spent.

    Attributes:
        tried: numbers of cases by operation, status and kind.
        cases: number of generated cases.
        reads: members of responses that the client reads, by operation.
        weaknesses: weaknesses found.
        flaky: cases that broke the client in some runs only.
        fixed: results of reproductions that no longer break the client.
        undelivered: results of reproductions that the client never received.
    """

    def __init__(  # the parts of a search
        self,
        workers: WorkerPool,
        judge: FuzzJudge,
        builder: FuzzCaseBuilder,
        budget: Budget,
        seed: int,
        keep: Keep,
        progress: ShowProgress,
    ) -> None:
        """Prepare a search.

        Args:
            workers: run the cases.
            judge: judges their results.
            builder: builds the cases.
            budget: when to stop.
            seed: seed of all random choices.
            keep: writes the reproduction of a weakness, and settles whether it counts.
            progress: shows the progress.
        """
        self._workers = workers
        self._judge = judge
        self._builder = builder
        self._budget = budget
        self._seed = seed
        self._keep = keep
        self._progress = progress
        self._shrinker = Shrinker(builder, self._judged, lambda cases: self._judged(cases, fresh=True))
        self._plan: FuzzPlan | None = None
        self._began = time.monotonic()
        self.tried: dict[CaseGroup, CaseCounts] = {}
        self.cases = 0
        self.reads: dict[str, tuple[str, ...]] = {}
        self.weaknesses: list[Weakness] = []
        self.flaky: list[FlakyCase] = []
        self.fixed: list[FuzzResult] = []
        self.undelivered: list[FuzzResult] = []

    @property
    def seconds(self) -> float:
        """Time since the search started."""
        return time.monotonic() - self._began

    def run(self, reproductions: Sequence[FuzzCase], calibration: Calibration) -> None:
        """Look for weaknesses: among reproductions, documented responses, and then generated ones.

        Args:
            reproductions: cases that broke the client before.
            calibration: results of documented responses.
        """
        for result in self._judged(reproductions):
            if result.failures:
                self._found(result, 0)
            elif result.run.delivered:
                self.fixed.append(result)
            else:
                self.undelivered.append(result)
        self._record(calibration.results, planned=False)
        starts = list(self._starting_points(calibration))
        self._plan = FuzzPlan(starts, self._builder, self._seed)
        plan = iter(self._plan)
        while not self._is_finished:
            left = self._budget.count - self.cases
            self._show("fuzzing")
            if self._budget.seconds is not None:
                self._workers.deadline = self._began + self._budget.seconds
            results = self._judged(list(islice(plan, min(BATCH, left))))
            self._workers.deadline = None
            self._record(results, planned=True)

    @property
    def _is_finished(self) -> bool:
        over = self._budget.seconds is not None and self.seconds >= self._budget.seconds
        return over or self.cases >= self._budget.count or self._has_enough_weaknesses

    @property
    def _has_enough_weaknesses(self) -> bool:
        return sum(each.fails for each in self.weaknesses) >= self._budget.weaknesses

    def _judged(self, cases: Sequence[FuzzCase], *, fresh: bool = False) -> list[FuzzResult]:
        results = self._workers.run_all(cases, self._judge.baseline, fresh=fresh)
        return [self._judge.judged(result) for result in results]

    def _record(self, results: Sequence[FuzzResult], *, planned: bool) -> None:
        """Count results, and shrink failures that are not known yet.

        Args:
            results: results of cases.
            planned: they come from the plan; each counts, even if no mutation was applicable.
        """
        for result in results:
            self.cases += planned or bool(result.case.mutations)
            self._count(result)
            if result.failures and not self._is_known(result):
                self._found(result, self.cases)

    def _count(self, result: FuzzResult) -> None:
        response = result.case.response
        group = CaseGroup(response.operation, response.status, response.kind)
        counts = self.tried.setdefault(group, CaseCounts())
        counts.delivered += bool(result.run.delivered)
        counts.undelivered += not result.run.delivered
        counts.broke += bool(result.failures)

    def _is_known(self, result: FuzzResult) -> bool:
        """Return whether some of the mutations, or a documented response alike, are known to break the client."""
        mutations = _mutations(result.case)
        for known in (each.result for each in self.weaknesses):
            others = _mutations(known.case)
            if others and others <= mutations:
                return True
            same = known.failures == result.failures and known.case.operation == result.case.operation
            if same and not others and not mutations:
                return True
        return False

    def _found(self, result: FuzzResult, number: int) -> None:
        if self._has_enough_weaknesses:
            return
        after = self.seconds
        self._show("shrinking")
        shrunk = self._shrinker.shrink(result)
        if isinstance(shrunk, FlakyCase):
            self.flaky.append(shrunk)
            return
        weakness = Weakness(shrunk, number, after, self._shrinker.runs)
        response = shrunk.case.as_queued()
        if all(each.result.case.as_queued() != response for each in self.weaknesses):  # may be a reproduction's
            self.weaknesses.append(self._keep(weakness))
        if self._plan is not None:
            self._plan.leave_out(shrunk.case)
        self._show("fuzzing")

    def _show(self, activity: str) -> None:
        self._progress(FuzzProgress(self.cases, self.seconds, len(self.weaknesses), activity))

    def _starting_points(self, calibration: Calibration) -> Iterator[StartingPoint]:
        """Yield documented responses with what the client reads of them.

        That is found out once for each schema, for successes and refusals apart: some CRMs have one schema for both.
        """
        for operation, examples in calibration.examples.items():
            read: dict[tuple[str, bool], tuple[Path, ...]] = {}
            for example in (*examples.usual, *examples.others):
                kind = (json.dumps(example.schema, sort_keys=True), example in examples.successes)
                first = kind not in read
                if first:
                    read[kind] = self._read(example, calibration)
                rank = 0 if example in examples.usual else _FIRST_OF_SCHEMA if first else _SAME_SCHEMA
                yield StartingPoint(example, rank, read[kind], self._weight(rank, calibration.of(example)))
            places = dict.fromkeys(".".join(map(str, ("body", *path))) for paths in read.values() for path in paths)
            self.reads[operation] = tuple(places)

    def _weight(self, rank: int, results: Sequence[FuzzResult]) -> float:
        """Return how often to start from a response: rarely if it makes the client wait."""
        waits = any(each.run.seconds > self._judge.baseline.seconds + _WAITING_SECONDS for each in results)
        return (_RARELY if waits else 1.0) / (1 + rank) ** 2

    def _read(self, example: ExampleResponse, calibration: Calibration) -> tuple[Path, ...]:
        self._show("finding out what it reads")
        unmodified = [result for result in calibration.of(example) if result.run.delivered]

        def run_all(cases: Sequence[FuzzCase]) -> list[FuzzResult]:
            results = self._judged(cases)
            self.cases += len(results)
            return results

        return tuple(FieldUsage(example, self._builder, run_all, unmodified).members()) if unmodified else ()


def _mutations(case: FuzzCase) -> set[tuple[str, Path, str]]:
    return {(case.operation, each.location, each.kind) for each in case.mutations}
