"""Pass criteria: what a client program must do in every case, whatever response or fault it gets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Generic, NamedTuple

from crm_contracts.clients.expect_option import Expectations, expected
from crm_contracts.clients.model import AnyCase, BaselineRun, Case, ClientCaseResult, RunResult
from crm_mocks.faults import Fault

HANG: Final = "hang"
SIGNAL: Final = "signal"
CRASH: Final = "crash"
EXIT_CODE: Final = "exit-code"
DUPLICATE: Final = "duplicate"
RETRY_AFTER: Final = "retry-after"
REQUEST_LIMIT: Final = "request-limit"
NOT_DELIVERED: Final = "not-delivered"
OUTPUT: Final = "output"

CRASHES_AND_HANGS: Final = frozenset({HANG, SIGNAL, CRASH})
"""Rules that count whatever the response rests on."""


class Failure(NamedTuple):
    """A pass criterion that a client did not meet.

    Attributes:
        rule: name of the criterion, for allow-lists.
        message: what the client did, in a sentence.
    """

    rule: str
    message: str


@dataclass(frozen=True)
class PassCriteria:
    """Criteria that the user sets.

    Attributes:
        expect: expected exit codes; see `expected`.
        allow_duplicates: more records than after the baseline run are no failure.
        ignore_retry_after: retrying before Retry-After elapsed is no failure.
        most_requests: highest number of requests to the operation, or `None` for any number.
        seconds: time limit of a run.
    """

    expect: Expectations = field(default_factory=dict)
    allow_duplicates: bool = False
    ignore_retry_after: bool = False
    most_requests: int | None = None
    seconds: float = 60.0

    def expected_codes(self, case: Case) -> frozenset[int] | None:
        """Return the exit codes that the user expects of a case, or `None` if there are none."""
        return expected(self.expect, case.operation, case.names, case.categories)

    def cut_off(self, run: RunResult) -> Failure | None:
        """Return how a client ended that did not end by itself."""
        if run.stopped:
            return Failure(HANG, f"still running after {self.seconds:g} s")
        return Failure(SIGNAL, f"ended by {run.signal}") if run.signal else None

    def exceeded(self, run: RunResult) -> Iterator[Failure]:
        """Yield the limits that a client exceeded."""
        if not self.allow_duplicates:
            for kind, count in run.extra_records.items():
                yield Failure(DUPLICATE, f"{count} more of {kind} than after the baseline run")
        if run.early_retry and not self.ignore_retry_after:
            yield Failure(RETRY_AFTER, f"retried before the {run.retry_after} s of Retry-After elapsed")
        if self.most_requests is not None and run.requests > self.most_requests:
            yield Failure(REQUEST_LIMIT, f"sent {run.requests} requests, more than {self.most_requests}")


class CaseJudge(ABC, Generic[AnyCase]):
    """Holds results of cases to the pass criteria.

    Attributes:
        criteria: criteria that the user sets.
        baseline: the baseline run.
    """

    def __init__(self, criteria: PassCriteria, baseline: BaselineRun) -> None:
        """Judge by the user's criteria and the baseline run."""
        self.criteria = criteria
        self.baseline = baseline

    def judged(self, result: ClientCaseResult[AnyCase]) -> ClientCaseResult[AnyCase]:
        """Return a result with its failures."""
        found = list(self.failures(result))
        rule = found[0].rule if found else ""
        return replace(result, failures=tuple(each.message for each in found), rule=rule)

    def failures(self, result: ClientCaseResult[AnyCase]) -> Iterator[Failure]:
        """Yield the criteria that a client did not meet."""
        cut_off = self.criteria.cut_off(result.run)
        if cut_off:
            yield cut_off
        elif not self.recovered(result):
            yield from self.wrong_ending(result)
        yield from self.criteria.exceeded(result.run)

    def wrong_ending(self, result: ClientCaseResult[AnyCase]) -> Iterator[Failure]:
        """Yield what is wrong with how a client ended by itself: an uncaught error or an unexpected exit code."""
        if self.crashed(result):
            how = f"ended by an uncaught error with exit code {result.run.code} ({result.run.crash})"
            yield Failure(CRASH, how)
            return
        stated = self.criteria.expected_codes(result.case)
        if stated is None:
            yield from (Failure(EXIT_CODE, message) for message in self.unusual_code(result))
        elif result.run.code not in stated:
            yield Failure(EXIT_CODE, f"exit code {result.run.code}, where {listed(stated)} is expected")

    @abstractmethod
    def unusual_code(self, result: ClientCaseResult[AnyCase]) -> Iterator[str]:
        """Yield what is wrong with an exit code that the user has no expectation of."""

    def unexpected_code(self, result: ClientCaseResult[AnyCase]) -> Iterator[str]:
        """Yield what is wrong with an exit code after a documented response: the last response decides.

        A client must end as in the baseline run after a success, and otherwise after a refusal. It may end either way
        if the mock itself refused a retry, which may be a duplicate, or what a forced success gave.
        """
        case, run, usual = result.case, result.run, self.baseline.code
        is_retried = not case.always and self.retried(result)
        name = case.names[-1]
        excuses = run.refusals if is_retried else run.refused_given
        if is_retried or not case.is_refusal:
            if run.code != usual and not excuses:
                retry = " by its retry" if is_retried else ""
                yield f"expected exit {usual}, as after {self._success(case.operation)}{retry}; got {run.code}"
        elif run.code == usual and name not in self.baseline.refused.get(case.operation, ()):
            success = self._success(case.operation)
            yield f"expected another exit code after the refusal {name}; got {run.code}, as after {success}"

    def _success(self, operation: str) -> str:
        """Return the success of an operation in the baseline run, such as `toy.createContact:created`."""
        outcomes = self.baseline.outcomes.get(operation)
        return f"{operation}:{outcomes[0]}" if outcomes else "the baseline run"

    def crashed(self, result: ClientCaseResult[AnyCase]) -> bool:
        """Return whether a client ended by an uncaught error, unless the user expects that exit code."""
        stated = self.criteria.expected_codes(result.case)
        return bool(result.run.crash) and (stated is None or result.run.code not in stated)

    def recovered(self, result: ClientCaseResult[AnyCase]) -> bool:
        """Return whether a client ended as in the baseline run since it retried, or since the body was slow only."""
        if result.run.code != self.baseline.code:
            return False
        if result.case.fault is Fault.SLOW_BODY:
            return True  # the response was complete in the end
        return not result.case.always and self.retried(result)

    def retried(self, result: ClientCaseResult[AnyCase]) -> bool:
        """Return whether a client sent a request again, or called the operation more often than in the baseline run."""
        return result.run.repeated or result.run.requests > self.baseline.requests.get(result.case.operation, 0)


def listed(codes: Iterable[int]) -> str:
    """Return exit codes as text, such as `0 or 75`."""
    return " or ".join(map(str, sorted(codes)))
