"""Pass criteria of fuzzing: exit codes are compared with those of documented responses and faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crm_contracts.clients.criteria import OUTPUT, CaseJudge, Failure, PassCriteria, listed
from crm_contracts.clients.fuzz.cases import ALLOWED, FORBIDDEN, FuzzCase
from crm_contracts.clients.fuzz.expected_output import OutputCriteria
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.clients.model import BaselineRun, class_of
from crm_contracts.clients.reactions import Reaction
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_mocks.faults import Fault
from crm_mocks.schema_errors import SCHEMA_RULES
from crm_mocks.state.retry_after import RETRY_AFTER_RULE

EXPECTED_KINDS: Final = (ALLOWED, FORBIDDEN, *MutationKind)
"""Names that `--expect` takes beside those of a sweep."""

_UNREADABLE: Final = frozenset(
    {
        MutationKind.CHARSET,
        MutationKind.EMPTY_BODY,
        MutationKind.TRUNCATED_BODY,
        MutationKind.PROXY_PAGE,
        MutationKind.SLOW_BODY,
        MutationKind.BROKEN_CONNECTION,
        MutationKind.LOST_ANSWER,
        MutationKind.HANG,
    }
)
"""Kinds of mutation after which no readable body arrives, or not in time."""

_NO_RESPONSE: Final = frozenset(
    {MutationKind.SLOW_BODY, MutationKind.BROKEN_CONNECTION, MutationKind.LOST_ANSWER, MutationKind.HANG}
)
"""Kinds of mutation after which there is nothing to understand."""

_OWN_CODES: Final = range(2, 126)
"""Exit codes that a program chooses; runtimes end with 1 or 255 after an uncaught error, shells with those from 126."""


_RULES_OF_FORM: Final = SCHEMA_RULES | {RETRY_AFTER_RULE}
"""Rules that hold whatever values the mock knows."""


class FuzzJudge(CaseJudge[FuzzCase]):
    """Judges results of generated cases.

    Attributes:
        output: pass criteria for the client's output.
    """

    def __init__(self, criteria: PassCriteria, baseline: BaselineRun, output: OutputCriteria | None = None) -> None:
        """Start with the exit code of the baseline run."""
        super().__init__(criteria, baseline)
        self.output = output or OutputCriteria()
        self._codes_of_responses = {baseline.code}
        self._codes_of_faults: set[int] = set()

    def learn(self, result: FuzzResult) -> None:
        """Learn an exit code that the client gave for a documented response or a fault."""
        response, run = result.case.response, result.run
        ended = run.delivered and run.ended_by_itself and not self.crashed(result)
        if ended and result.case.is_refusal is not False and response.fault is not Fault.SLOW_BODY:
            (self._codes_of_responses if response.fault is None else self._codes_of_faults).add(run.code)

    def codes(self, case: FuzzCase) -> frozenset[int]:
        """Return the exit codes that pass for a case.

        These are the ones that the user expects. Without an expectation, they are those of documented responses, and
        where no readable body arrives those of faults too: a client that ends with 1 for a failed connection need not
        do so for a null. After a documented success, the client must end as in the baseline run.
        """
        stated = self.criteria.expected_codes(case)
        if stated is not None:
            return stated
        if case.is_refusal is False:
            return frozenset({self.baseline.code})
        unreadable = case.response.kind in _UNREADABLE
        return frozenset(self._codes_of_responses | self._codes_of_faults if unreadable else self._codes_of_responses)

    def failures(self, result: FuzzResult) -> Iterator[Failure]:
        """See `CaseJudge`; a case that was not delivered is not judged."""
        if not result.run.delivered:
            return
        yield from super().failures(result)
        for pattern in self.forbidden_output(result):
            yield Failure(OUTPUT, f"printed what matches {pattern.pattern}")
        for pattern in self.missing_output(result):
            message = f"did not print {_cut(pattern.pattern)}, which --prints requires for this response"
            yield Failure(OUTPUT, message)

    def forbidden_output(self, result: FuzzResult) -> Iterator[re.Pattern[str]]:
        """Yield patterns of `--never-prints` that match what the client printed."""
        yield from (pattern for pattern in self.output.never_prints if pattern.search(result.printed))

    def missing_output(self, result: FuzzResult) -> Iterator[re.Pattern[str]]:
        """Yield patterns of `--prints` that the client printed nothing for, after a success that is allowed."""
        response, run = result.case.response, result.run
        ended_well = run.code == self.baseline.code and run.ended_by_itself
        if not ended_well or not response.allowed or class_of(response.status) != "2xx":
            return
        if self.retried(result):
            return  # the output may be about the mock's own response
        for each in self.output.prints:
            pattern = each.pattern(response)
            if pattern is not None and not pattern.search(result.printed):
                yield pattern

    def unusual_code(self, result: FuzzResult) -> Iterator[str]:
        """See `CaseJudge`."""
        if result.case.is_refusal is not None:
            if result.case.is_refusal or not result.run.refusals:  # the mock did not store what a forced success says
                yield from self.unexpected_code(result)
            return
        response, code = result.case.response, result.run.code
        codes = self.codes(result.case)
        if code not in codes and not self._is_not_understood(result):
            others = "documented responses and faults" if response.kind in _UNREADABLE else "documented responses"
            yield f"exit code {code}, where {others} gave {listed(codes)}"

    def _is_not_understood(self, result: FuzzResult) -> bool:
        """Return whether a client ended with a code of its own for a response that the contract forbids."""
        response = result.case.response
        if self.criteria.expected_codes(result.case) is not None or response.kind in _NO_RESPONSE:
            return False
        return not response.allowed and result.run.code in _OWN_CODES


def reactions_that_count(result: FuzzResult) -> tuple[Reaction, ...]:
    """Return the rules that a client's requests broke in a run by itself.

    A client may rely on what a success says, such as a token or a state, although the mock knows nothing of it; and it
    may pass on a value of the wrong type from a response that the contract forbids.
    """
    response, reactions = result.case.response, result.run.reactions
    if result.case.is_refusal or response.fault is not None:
        return reactions
    if not response.allowed and response.kind not in _UNREADABLE:
        return ()
    return tuple(each for each in reactions if not each.finding.operation or each.finding.rule in _RULES_OF_FORM)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:50]}…"
