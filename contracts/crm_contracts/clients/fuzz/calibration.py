"""Calibration: run the client with documented responses and faults, and learn its exit codes from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crm_contracts.clients.criteria import EXIT_CODE
from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder, takes_time
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.clients.workers import WorkerPool
from crm_contracts.fuzz import transport_mutations
from crm_contracts.fuzz.example_responses import ExampleResponse, example_responses
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.faults import Fault

_FAULTS: Final = (Fault.EMPTY_RESPONSE, Fault.CONNECTION_RESET_BY_PEER)
"""Faults that show the exit code for a failed connection."""


@dataclass(frozen=True)
class OperationExamples:
    """Documented responses of an operation.

    Attributes:
        usual: those of the baseline run, or else the success.
        others: all others, except those of the protocol.
        successes: those of either that report success.
    """

    usual: tuple[ExampleResponse, ...]
    others: tuple[ExampleResponse, ...]
    successes: tuple[ExampleResponse, ...]

    @classmethod
    def of(cls, operation: str, outcomes: Iterable[str], mock_app: MockApp) -> OperationExamples:
        """Return the documented responses of an operation.

        Args:
            operation: `<vendor>.<operationId>`.
            outcomes: names of the successes in the baseline run.
            mock_app: its settings determine what is documented.
        """
        vendor = operation.partition(".")[0]
        found = example_responses(operation, None, None, mock_app.contracts[vendor])
        names = set(outcomes) or {found[0].operation.success().name}
        usual = tuple(each for each in found if each.outcome.name in names)
        others = tuple(each for each in found if each not in usual)
        return cls(usual, others, tuple(each for each in found if each.outcome.is_success))


class Calibration:
    """Runs the documented responses and some faults.

    Attributes:
        examples: documented responses by operation.
        results: results of all cases.
        failed: result of the documented success for which the client is not ready, if any.
    """

    def __init__(
        self,
        workers: WorkerPool,
        judge: FuzzJudge,
        builder: FuzzCaseBuilder,
        operations: Sequence[str],
        mock_app: MockApp,
    ) -> None:
        """Prepare the cases.

        Args:
            workers: run the cases.
            judge: learns the exit codes.
            builder: builds the cases.
            operations: operations whose responses are used.
            mock_app: its settings determine what is documented.
        """
        outcomes = judge.baseline.outcomes
        self.examples = {key: OperationExamples.of(key, outcomes.get(key, ()), mock_app) for key in operations}
        self.results: list[FuzzResult] = []
        self.failed: FuzzResult | None = None
        self._workers = workers
        self._judge = judge
        self._builder = builder

    def run(self) -> tuple[str, str]:
        """Run all cases; return why the client cannot be fuzzed and what it printed, or two empty texts.

        Raises:
            DeadlineReached: the time was over before all were run.
        """
        usual = [self._builder.unmodified(each) for examples in self.examples.values() for each in examples.usual]
        results = self._run([each for each in usual for _ in range(2)])
        for result in results:
            wrong = self._wrong(result)
            if wrong:
                self.failed = self._judge.judged(result)
                response = result.case.response
                about = f"with the documented response {response.status} {response.outcome} of {response.operation}"
                return f"the client is not ready to be fuzzed: {about}, it {wrong}", result.run.output
        if not any(result.run.delivered for result in results):
            called = ", ".join(self.examples)
            return f"the client is not ready to be fuzzed: it called {called} in its baseline run, and never again", ""
        results += self._run(list(self._others()))
        for result in results:
            self._judge.learn(result)
        self.results = [self._judge.judged(result) for result in results]
        return "", ""

    def _run(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        results = self._workers.run_all(cases, self._judge.baseline)
        if len(results) < len(cases):
            raise DeadlineReached
        return results

    def of(self, example: ExampleResponse) -> list[FuzzResult]:
        """Return the results of a documented response as it is."""
        return [each for each in self.results if each.case.example is example and each.case.fault is None]

    def _others(self) -> Iterator[FuzzCase]:
        """Yield all other documented responses, and faults; refusals always, so that retrying does not help."""
        for examples in self.examples.values():
            for each in examples.others:
                yield self._builder.unmodified(each, always=each not in examples.successes)
            usual = examples.usual[0]
            for fault in transport_mutations.faults():
                if fault.kind is MutationKind.BROKEN_CONNECTION and fault.apply(usual.builder).fault in _FAULTS:
                    yield self._builder.build(usual, [fault], allowed=False, always=True)
                elif takes_time(fault, usual):  # here only, since each takes its time
                    yield self._builder.build(usual, [fault], allowed=False)

    def _wrong(self, result: FuzzResult) -> str:
        """Return how a client failed with a documented success, or an empty text."""
        cut_off = self._judge.criteria.cut_off(result.run)
        if cut_off is not None:
            return f"was {cut_off.message}"
        wrong = next(self._judge.wrong_ending(result), None) if result.run.delivered else None
        if wrong is None:
            return ""
        return f"failed: {wrong.message}" if wrong.rule == EXIT_CODE else wrong.message
