"""What it is to survive a generated answer: the rules that the user states, and those that hold without."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt
from crm_contracts.fuzz.program.model import Trial
from crm_contracts.trial.crashes import crashed
from crm_contracts.trial.expectations import Expectations, expected
from crm_contracts.trial.limits import Limits
from crm_contracts.trial.model import FAULT, Did, Plain, class_of
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault

ALLOWED: Final = "allowed"
FORBIDDEN: Final = "forbidden"
WORDS: Final = (ALLOWED, FORBIDDEN, *Kind)
"""What `--expect` takes beside what it takes in a sweep."""

_OF_NETWORKS: Final = frozenset(
    {
        Kind.CHARSET,
        Kind.EMPTY_BODY,
        Kind.TRUNCATED_BODY,
        Kind.PROXY_PAGE,
        Kind.SLOW_BODY,
        Kind.BROKEN_CONNECTION,
        Kind.LOST_ANSWER,
        Kind.HANG,
    }
)
"""Kinds of which no readable body comes, or not in time."""

_PLACE: Final = re.compile(r"\{(body(?:\.[^{}.]+)*)\}")
_LONGEST: Final = 4_096
"""Characters of a value that a client is held to printing: of more, the end of the output may be all that is kept."""


@dataclass(frozen=True)
class Prints:
    """What a client prints that ends as in the plain run.

    Attributes:
        text: as the user wrote it: a regular expression, in which `{body.member}` is the answer's own value.
    """

    text: str

    def held_to(self, answer: FuzzedAnswer) -> re.Pattern[str] | None:
        """Return the expression with the answer's values; `None` where the answer does not have them, or none fits."""
        values = {place: _value(answer, place) for place in _PLACE.findall(self.text)}
        if None in values.values():
            return None
        parts = _PLACE.split(self.text)
        escaped = [re.escape(values[part] or "") if number % 2 else part for number, part in enumerate(parts)]
        with suppress(re.error):  # such as one that is longer than another branch of what looks behind
            return re.compile("".join(escaped), re.MULTILINE)
        return None


def read_patterns(
    prints: Iterable[str], never: Iterable[str]
) -> tuple[tuple[Prints, ...], tuple[re.Pattern[str], ...]]:
    """Return what `--prints` and `--never-prints` say.

    Raises:
        UsageError: one is no regular expression.
    """
    # A value may stand wherever a group may, so that it does not depend on the value whether the expression is one.
    for option, texts in (("--prints", [_PLACE.sub("(?:x)", text) for text in prints]), ("--never-prints", never)):
        for text in texts:
            try:
                re.compile(text)
            except re.error as error:
                raise UsageError(f"{option} {text}: is no regular expression: {error}") from None
    return tuple(map(Prints, prints)), tuple(re.compile(each, re.MULTILINE) for each in never)


@dataclass(frozen=True)
class Rules(Limits):
    """The user's rules.

    Attributes:
        expect: exit codes by what is given: a kind, the name of an outcome, a status, `allowed`, `forbidden`, a class;
            see `expected`.
        prints: what the client prints when it ends as in the plain run, given what the contract allows.
        never_prints: what it must never print.
    """

    expect: Expectations = field(default_factory=dict)
    prints: tuple[Prints, ...] = ()
    never_prints: tuple[re.Pattern[str], ...] = ()

    def expected(self, answer: FuzzedAnswer) -> frozenset[int] | None:
        """Return the exit codes that the user expects, or `None` if nothing was said."""
        of_contract = ALLOWED if answer.allowed else FORBIDDEN
        kind = FAULT if answer.fault is not None else class_of(answer.status)
        names = (answer.kind, answer.fault.value) if answer.fault is not None else (answer.kind, answer.outcome)
        return expected(self.expect, answer.operation, names, (str(answer.status), of_contract, kind))


class Judge:
    """Tells whether a client survived.

    Attributes:
        rules: the user's.
        plain: the plain run.
        successes: documented answers by which the CRM has done what it was asked for, each by operation and outcome.
    """

    def __init__(self, rules: Rules, plain: Plain) -> None:
        """Begin with what the plain run shows.

        Args:
            rules: the user's.
            plain: the plain run.
        """
        self.rules = rules
        self.plain = plain
        self.successes: frozenset[tuple[str, str]] = frozenset()
        self._of_answers = {plain.code}
        self._of_faults: set[int] = set()

    def learn(self, trial: Trial) -> None:
        """Take an exit code for one of the client's own: it gave it for a documented answer, or for a fault."""
        answer, did = trial.attempt.answer, trial.did
        ended = did.met and not did.stopped and not did.signal and not self._crash(trial)
        if ended and not self._is_success(answer) and answer.fault is not Fault.SLOW_BODY:
            (self._of_answers if answer.fault is None else self._of_faults).add(did.code)

    def codes(self, answer: FuzzedAnswer) -> frozenset[int]:
        """Return the exit codes that are right for an answer.

        These are those that the user expects, or else those that documented answers gave, and where no readable body
        comes those of faults too: who ends with 1 when a connection fails need not do so for a null. With a documented
        success a client ends as in the plain run.
        """
        expected = self.rules.expected(answer)
        if expected is not None:
            return expected
        if self._is_success(answer):
            return frozenset({self.plain.code})
        return frozenset(self._of_answers | self._of_faults if answer.kind in _OF_NETWORKS else self._of_answers)

    def judged(self, trial: Trial) -> Trial:
        """Return a trial with what is wrong."""
        return replace(trial, failures=tuple(self._failures(trial)) if trial.did.met else ())

    def _failures(self, trial: Trial) -> Iterator[str]:
        did = trial.did
        cut_off = self.rules.cut_off(did)
        if cut_off:
            yield cut_off
        elif not self._recovered(trial.attempt, did):
            yield from self.wrong_code(trial)
        yield from self.rules.overstepped(did)
        for pattern in self.wrongly_printed(trial):
            yield f"printed what matches {pattern.pattern}"
        for pattern in self.not_printed(trial):
            yield f"did not print {_cut(pattern.pattern)}, as --prints has it for this answer"

    def wrongly_printed(self, trial: Trial) -> Iterator[re.Pattern[str]]:
        """Yield what a client printed that it must never print."""
        yield from (pattern for pattern in self.rules.never_prints if pattern.search(trial.printed))

    def not_printed(self, trial: Trial) -> Iterator[re.Pattern[str]]:
        """Yield what a client did not print that ended as in the plain run, given a success that is allowed."""
        answer, did = trial.attempt.answer, trial.did
        ended_well = did.code == self.plain.code and not did.stopped and not did.signal
        if not ended_well or not answer.allowed or class_of(answer.status) != "2xx":
            return
        if self._called_again(trial.attempt, did):
            return  # what it prints may be of the mock's own answer
        for each in self.rules.prints:
            pattern = each.held_to(answer)
            if pattern is not None and not pattern.search(trial.printed):
                yield pattern

    def wrong_code(self, trial: Trial) -> Iterator[str]:
        """Yield what is wrong with how a client ended by itself."""
        answer, did = trial.attempt.answer, trial.did
        codes = self.codes(answer)
        crash = self._crash(trial)
        if crash:
            yield f"ended by an error that nothing has caught, with exit code {did.code} ({crash})"
        elif did.code in codes:
            return
        elif self.rules.expected(answer) is not None:
            yield f"exit code {did.code}, where {_listed(codes)} is expected"
        elif self._is_success(answer):
            if not did.refusals:  # the mock may refuse what fits an answer that is not its own
                yield f"exit code {did.code} for a documented success, where the plain run gave {_listed(codes)}"
        else:
            others = "documented answers and faults" if answer.kind in _OF_NETWORKS else "documented answers"
            yield f"exit code {did.code}, where {others} gave {_listed(codes)}"

    def _crash(self, trial: Trial) -> str:
        """Return by whose report a crash is known, unless the user expects that exit code."""
        expected = self.rules.expected(trial.attempt.answer)
        if expected is not None and trial.did.code in expected:
            return ""
        return crashed(trial.did.code, trial.printed)

    def _is_success(self, answer: FuzzedAnswer) -> bool:
        return answer.kind is Kind.DOCUMENTED and (answer.operation, answer.outcome) in self.successes

    def _recovered(self, attempt: Attempt, did: Did) -> bool:
        if did.code != self.plain.code:
            return False
        if attempt.answer.fault is Fault.SLOW_BODY:
            return True  # nothing was missing in the end
        return not attempt.always and self._called_again(attempt, did)

    def _called_again(self, attempt: Attempt, did: Did) -> bool:
        return did.requests > self.plain.requests.get(attempt.answer.operation, 0)


def _value(answer: FuzzedAnswer, place: str) -> str | None:
    """Return what stands at a place of an answer's body: texts as they are, numbers as JSON has them, else nothing."""
    try:
        value: Any = json.loads(answer.body, parse_int=str, parse_float=str)
        for step in place.split(".")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, LookupError, TypeError):
        return None
    return value if isinstance(value, str) and len(value) <= _LONGEST else None


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:50]}…"


def _listed(codes: Iterable[int]) -> str:
    return " or ".join(map(str, sorted(codes)))
