"""Pass criteria of a sweep: without an expectation, an exit code must be one that other cases of its class gave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm_contracts.clients.criteria import NOT_DELIVERED, CaseJudge, Failure, PassCriteria, listed
from crm_contracts.clients.model import FAULT, BaselineRun, class_of
from crm_contracts.clients.sweep.model import SweepCase, SweepResult


class SweepJudge(CaseJudge[SweepCase]):
    """Judges all results of a sweep.

    The classes of responses that the mock itself sent later in a run count too: after a fault, a retry may be refused
    as a duplicate.
    """

    def __init__(self, criteria: PassCriteria, baseline: BaselineRun, results: Sequence[SweepResult]) -> None:
        """Learn the exit codes of all results.

        Args:
            criteria: criteria that the user sets.
            baseline: the baseline run.
            results: all results.
        """
        super().__init__(criteria, baseline)
        self._results = results
        self._codes = self._codes_by_class(results)

    def all_judged(self) -> tuple[SweepResult, ...]:
        """Return all results with their failures."""
        return tuple(self.judged(result) for result in self._results)

    def failures(self, result: SweepResult) -> Iterator[Failure]:
        """See `CaseJudge`; a case that was never delivered shows nothing, and fails."""
        if not result.run.delivered:
            yield Failure(NOT_DELIVERED, "never delivered: the client did not call the operation in this run")
        yield from super().failures(result)

    def unusual_code(self, result: SweepResult) -> Iterator[str]:
        """See `CaseJudge`."""
        case, run = result.case, result.run
        others = {code for name, each in self._codes.get(case.kind, {}).items() if name != case.name for code in each}
        if not others:
            return  # nothing to compare with
        refused = {
            code for status in run.refusals for each in self._codes.get(class_of(status), {}).values() for code in each
        }
        if run.code not in others | refused:
            yield f"exit code {run.code}, where other {_class_name(case.kind)} gave {listed(others)}"

    def notes(self) -> Iterator[str]:
        """Yield limits on what the matrix shows."""
        for operation in dict.fromkeys(result.case.operation for result in self._results):
            if operation not in self.baseline.outcomes:
                yield f"{operation} refused all requests of the baseline run: the client's data may be wrong"
        unstated = [each for each in self._results if self.criteria.expected_codes(each.case) is None]
        codes = {kind: set().union(*by_name.values()) for kind, by_name in self._codes_by_class(unstated).items()}
        alike = [kind for kind, found in codes.items() if kind[0] != "2" and found == {self.baseline.code}]
        if alike:
            yield (
                f"the client ended with {self.baseline.code} for all {' and '.join(map(_class_name, alike))}, as in "
                f"the baseline run: if it should tell them apart, state it, such as --expect {alike[0]}=1"
            )

    def _codes_by_class(self, results: Sequence[SweepResult]) -> dict[str, dict[str, set[int]]]:
        """Return the exit codes of clients that ended by themselves, by class and name of the case."""
        codes: dict[str, dict[str, set[int]]] = {"2xx": {"the baseline run": {self.baseline.code}}}
        for result in results:
            run = result.run
            ended = run.delivered and run.ended_by_itself and not self.crashed(result)
            if ended and not self.recovered(result):
                codes.setdefault(result.case.kind, {}).setdefault(result.case.name, set()).add(run.code)
        return codes


def _class_name(kind: str) -> str:
    return "faults" if kind == FAULT else f"{kind} responses"
