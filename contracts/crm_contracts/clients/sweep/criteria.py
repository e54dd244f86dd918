"""Pass criteria of a sweep: the exit code must be that of a success after a success, and none after a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm_contracts.clients.criteria import NOT_DELIVERED, CaseJudge, Failure, PassCriteria, listed
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.sweep.model import SweepCase, SweepResult


class SweepJudge(CaseJudge[SweepCase]):
    """Judges all results of a sweep."""

    def __init__(
        self,
        criteria: PassCriteria,
        baseline: BaselineRun,
        results: Sequence[SweepResult],
        others: Sequence[SweepResult] = (),
    ) -> None:
        """Learn the exit codes after faults.

        Args:
            criteria: criteria that the user sets.
            baseline: the baseline run.
            results: results to judge.
            others: results of other shards, which only show exit codes after faults.
        """
        super().__init__(criteria, baseline)
        self._results = results
        self._others = others
        self._codes = self._codes_of_faults([*results, *others])

    def all_judged(self) -> tuple[SweepResult, ...]:
        """Return all results with their failures."""
        return tuple(self.judged(result) for result in self._results)

    @property
    def depends_on_other_faults(self) -> bool:
        """Whether a result fails or passes by the exit codes that other faults gave."""
        return any(
            self._ended_as_after_a_success(result)
            and result.run.ended_by_itself
            and not self.recovered(result)
            and not self.crashed(result)
            and self.criteria.expected_codes(result.case) is None
            for result in self._results
        )

    def _ended_as_after_a_success(self, result: SweepResult) -> bool:
        run = result.run
        return result.case.fault is not None and run.code == self.baseline.code and not run.refusals

    def failures(self, result: SweepResult) -> Iterator[Failure]:
        """See `CaseJudge`; a case that was never delivered shows nothing, and fails."""
        if not result.run.delivered:
            yield Failure(NOT_DELIVERED, "never delivered: the client did not call the operation in this run")
        yield from super().failures(result)

    def unusual_code(self, result: SweepResult) -> Iterator[str]:
        """See `CaseJudge`. A client that ends as after a success, without a response, must do so after all faults."""
        if result.case.fault is None:
            yield from self.unexpected_code(result)
        elif self._ended_as_after_a_success(result):
            others = self._codes - {self.baseline.code}
            if others:
                yield f"exit code {result.run.code}, as after a success, where other faults gave {listed(others)}"

    def notes(self) -> Iterator[str]:
        """Yield limits on what the matrix shows."""
        for operation in dict.fromkeys(result.case.operation for result in self._results):
            if operation not in self.baseline.outcomes:
                yield f"{operation} refused all requests of the baseline run: the client's data may be wrong"
        all_results = (*self._results, *self._others)
        unstated = [each for each in all_results if self.criteria.expected_codes(each.case) is None]
        if self._codes_of_faults(unstated) == {self.baseline.code}:
            yield (
                f"the client ended with {self.baseline.code} for all faults, as in the baseline run: if it should tell "
                "them apart, state it, such as --expect fault=1"
            )

    def _codes_of_faults(self, results: Sequence[SweepResult]) -> set[int]:
        """Return the exit codes of clients that ended by themselves after a fault, and did not recover from it."""
        return {
            result.run.code
            for result in results
            if result.case.fault is not None
            and result.run.delivered
            and result.run.ended_by_itself
            and not self.crashed(result)
            and not self.recovered(result)
        }
