"""Run cases and judge their results, until the time for the campaign is over."""

from __future__ import annotations

from collections.abc import Sequence

from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.clients.workers import WorkerPool


class CaseRunner:
    """Runs cases and judges their results."""

    def __init__(self, workers: WorkerPool, judge: FuzzJudge, first_deadline: float | None = None) -> None:
        """Prepare to run.

        Args:
            workers: run the cases.
            judge: judges their results.
            first_deadline: monotonic time after which only failures are run again, if any.
        """
        self._workers = workers
        self._judge = judge
        self._first_deadline = first_deadline

    def run(self, cases: Sequence[FuzzCase], *, fresh: bool = False, seconds: float | None = None) -> list[FuzzResult]:
        """Run cases; return their results in the same order.

        Args:
            cases: the cases.
            fresh: use a new process for each.
            seconds: another time limit for these runs.

        Raises:
            DeadlineReached: the time was over before the last run ended.
        """
        results = self._run(cases, fresh=fresh, seconds=seconds)
        if len(results) < len(cases):
            raise DeadlineReached
        return results

    def run_fresh(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        """Run cases with a new process for each; see `run`."""
        return self.run(cases, fresh=True)

    def run_in_time(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        """Run cases for the first time; return the results of those runs that ended before the first deadline."""
        return self._run(cases, deadline=self._first_deadline)

    def _run(
        self,
        cases: Sequence[FuzzCase],
        *,
        fresh: bool = False,
        seconds: float | None = None,
        deadline: float | None = None,
    ) -> list[FuzzResult]:
        results = self._workers.run_all(cases, self._judge.baseline, fresh=fresh, seconds=seconds, deadline=deadline)
        return [self._judge.judged(result) for result in results]
