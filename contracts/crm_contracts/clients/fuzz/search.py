"""The search for weaknesses: what has been found, what is left of the budget, and what is run next."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from crm_contracts.clients.fuzz.calibration import Calibration
from crm_contracts.clients.fuzz.case_runner import CaseRunner
from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.criteria import FuzzJudge, reactions_that_count
from crm_contracts.clients.fuzz.failure_analysis import FailureAnalysis
from crm_contracts.clients.fuzz.field_usage import FieldUsage, run_together
from crm_contracts.clients.fuzz.model import CaseGroup, GroupCounts
from crm_contracts.clients.fuzz.plan import FuzzPlan, StartingPoint
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.clients.fuzz.weakness_groups import name_of_group
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.clients.reactions import ReactionCollector
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.report.text import plural
from crm_contracts.shard import WHOLE, Shard
from crm_mocks.location import Location

BATCH: Final = 16
"""Cases that are run before their results are looked at. The number is the same for any number of workers, so that the
cases depend on nothing but the seed, the contract and the client."""

_FIRST_OF_SCHEMA: Final = 2
"""Rank of an operation's first response with a schema of its own, beside 0 for successes."""
_SAME_SCHEMA: Final = 5
"""Rank of further responses with the same schema."""
_RARELY: Final = 0.1


_Schema = tuple[str, str, bool]
"""Operation, schema of a response, and whether the response is a success."""


@dataclass(frozen=True)
class Budget:
    """When to stop.

    Attributes:
        count: number of cases.
        groups: number of groups of weaknesses that count.
    """

    count: int
    groups: int


@dataclass(frozen=True)
class FuzzProgress:
    """Progress of a search.

    Attributes:
        cases: number of cases run.
        weaknesses: number of weaknesses found.
        activity: what the search is doing.
    """

    cases: int
    weaknesses: int
    activity: str


ShowProgress = Callable[[FuzzProgress], None]


class WeaknessSearch:
    """Looks for weaknesses until the budget is spent.

    Attributes:
        tried: numbers of cases by operation, status and kind.
        cases: number of generated cases.
        given: number of these that the client received.
        given_again: number of reproductions that it received.
        reads: members of responses whose change alone changed what the client did, by operation.
        fixed: results of reproductions that no longer break the client.
        undelivered: results of reproductions that the client never received.
        cut_short: what was not done when the time was over, in sentences.
        reactions: rules that the client's requests broke.
    """

    def __init__(  # the parts of a search
        self,
        runner: CaseRunner,
        judge: FuzzJudge,
        builder: FuzzCaseBuilder,
        analysis: FailureAnalysis,
        budget: Budget,
        seed: int,
        progress: ShowProgress,
        shard: Shard = WHOLE,
    ) -> None:
        """Prepare a search.

        Args:
            runner: runs the cases.
            judge: judges their results.
            builder: builds the cases.
            analysis: analyses failures.
            budget: when to stop.
            seed: seed of all random choices.
            progress: shows the progress.
            shard: part of the plan to run.
        """
        self._runner = runner
        self._judge = judge
        self._builder = builder
        self._analysis = analysis
        self._budget = budget
        self._seed = seed
        self._progress = progress
        self._shard = shard
        self._plan: FuzzPlan | None = None
        self._known: list[Mutations] = []
        self._failed_as_documented: set[tuple[str, tuple[str, ...]]] = set()
        self._began = time.monotonic()
        self.tried: dict[CaseGroup, GroupCounts] = {}
        self.cases = 0
        self.given = 0
        self.given_again = 0
        self.reads: dict[str, tuple[str, ...]] = {}
        self.fixed: list[FuzzResult] = []
        self.undelivered: list[FuzzResult] = []
        self.cut_short: list[str] = []
        self.reactions = ReactionCollector()
        self.reactions.add(judge.baseline.reactions)

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
        self._run_reproductions(reproductions)
        self._record(calibration.results, planned=False)
        if self._is_finished:
            return
        try:
            starts = list(self._starting_points(calibration))
        except DeadlineReached:
            self.cut_short.append("what the client reads was not found out, and no response was generated")
            return
        self._plan = FuzzPlan(starts, self._builder, self._seed, self._shard)
        plan = iter(self._plan)
        while not self._is_finished:
            self._show("fuzzing")
            cases = list(islice(plan, min(BATCH, self._budget.count - self.cases)))
            results = self._runner.run_in_time(cases)
            self._record(results, planned=True)
            if len(results) < len(cases) and not self._is_finished:
                self.cut_short.append(f"{self.cases} of {plural(self._budget.count, 'response')} were generated")
                return

    def _run_reproductions(self, reproductions: Sequence[FuzzCase]) -> None:
        results = self._runner.run_in_time(reproductions)
        if len(results) < len(reproductions):
            self.cut_short.append(f"{len(results)} of {plural(len(reproductions), 'earlier failure')} were given")
        for result in map(self._analysis.given_longer, results):
            self.given_again += bool(result.run.delivered)
            if result.failures:
                self._found(result, 0)
            elif result.run.delivered:
                self.fixed.append(result)
            else:
                self.undelivered.append(result)

    @property
    def _is_finished(self) -> bool:
        return self.cases >= self._budget.count or self._has_enough_weaknesses

    @property
    def _has_enough_weaknesses(self) -> bool:
        return self._analysis.groups.failing >= self._budget.groups

    def _record(self, results: Sequence[FuzzResult], *, planned: bool) -> None:
        """Count results, and analyse failures that are not known yet.

        Args:
            results: results of cases.
            planned: they come from the plan; each counts as generated, even if no mutation was applicable.
        """
        for each in results:
            result = self._analysis.given_longer(each)
            self.cases += planned
            self.given += planned and bool(result.run.delivered)
            self._count(result)
            self.reactions.add(reactions_that_count(result), judged_by_case=result.run.early_retry)
            if result.failures:
                self._analysis.groups.responses[name_of_group(result)] += 1
                if not self._is_known(result):
                    self._found(result, self.cases)

    def _count(self, result: FuzzResult) -> None:
        response = result.case.response
        group = CaseGroup(response.operation, response.status, response.kind)
        counts = self.tried.setdefault(group, GroupCounts())
        counts.delivered += bool(result.run.delivered)
        counts.undelivered += not result.run.delivered
        counts.broke += bool(result.failures)

    def _is_known(self, result: FuzzResult) -> bool:
        """Return whether some of the mutations, or a documented response alike, are known to break the client."""
        mutations = _mutations(result.case)
        if not mutations:
            return (result.case.operation, result.failures) in self._failed_as_documented
        return any(known <= mutations for known in self._known)

    def _found(self, result: FuzzResult, number: int) -> None:
        if self._has_enough_weaknesses:
            return
        self._show("shrinking")
        known = self._analysis.analyse(result, number, self.seconds)
        if known is not None and known.mutations:
            self._known.append(_mutations(known))
        elif known is not None:
            self._failed_as_documented.add((result.case.operation, result.failures))
        if known is not None and self._plan is not None:
            self._plan.leave_out(known)
        self._show("fuzzing")

    def _show(self, activity: str) -> None:
        self._progress(FuzzProgress(self.cases, len(self._analysis.groups.weaknesses), activity))

    def _starting_points(self, calibration: Calibration) -> Iterator[StartingPoint]:
        """Yield documented responses with what the client reads of them.

        That is found out once for each schema, for successes and refusals apart: some CRMs have one schema for both.
        """
        firsts: dict[_Schema, ExampleResponse] = {}
        schemas: list[tuple[_Schema, ExampleResponse]] = []
        for operation, examples in calibration.examples.items():
            for example in (*examples.usual, *examples.others):
                schema = (operation, json.dumps(example.schema, sort_keys=True), example in examples.successes)
                firsts.setdefault(schema, example)
                schemas.append((schema, example))
        read = self._read(firsts, calibration)
        for operation in calibration.examples:
            paths = (path for schema in firsts if schema[0] == operation for path in read[schema])
            self.reads[operation] = tuple(dict.fromkeys(".".join(map(str, ("body", *path))) for path in paths))
        for schema, example in schemas:
            is_usual, is_first = example in calibration.examples[schema[0]].usual, example is firsts[schema]
            rank = 0 if is_usual else _FIRST_OF_SCHEMA if is_first else _SAME_SCHEMA
            yield StartingPoint(example, rank, read[schema], self._weight(rank, calibration.of(example)))

    def _weight(self, rank: int, results: Sequence[FuzzResult]) -> float:
        """Return how often to start from a response: rarely if it makes the client wait.

        A client waits before it calls again, and until it is stopped. The duration of a run would show more, but it
        depends on the speed of the machine, and the cases must not.
        """
        waits = any(each.run.stopped or self._judge.retried(each) for each in results)
        return (_RARELY if waits else 1.0) / (1 + rank) ** 2

    def _read(
        self, examples: Mapping[_Schema, ExampleResponse], calibration: Calibration
    ) -> dict[_Schema, tuple[Location, ...]]:
        """Return which members of documented responses the client reads: none of those that it did not receive."""
        self._show("finding out what it reads")
        inquiries = {}
        for schema, example in examples.items():
            unmodified = [result for result in calibration.of(example) if result.run.delivered]
            if unmodified:
                inquiries[schema] = FieldUsage(example, self._builder, unmodified).members()
        found = run_together(list(inquiries.values()), self._runner.run)
        return dict.fromkeys(examples, ()) | dict(zip(inquiries, map(tuple, found), strict=True))


Mutations = frozenset[tuple[str, Location, str]]


def _mutations(case: FuzzCase) -> Mutations:
    return frozenset((case.operation, each.location, each.kind) for each in case.mutations)
