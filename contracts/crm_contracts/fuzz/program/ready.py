"""Whether a client can be fuzzed: what it does with documented answers and with faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crm_contracts.fuzz import carriage
from crm_contracts.fuzz.documented import Documented, documented
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt, Maker, takes_time
from crm_contracts.fuzz.program.lanes import Lanes
from crm_contracts.fuzz.program.model import Trial
from crm_contracts.fuzz.program.rules import Judge
from crm_contracts.judge.refusals import Refusals
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.faults import Fault

_FAULTS: Final = (Fault.EMPTY_RESPONSE, Fault.CONNECTION_RESET_BY_PEER)
"""Faults that show with which exit code a client tells of a connection that fails."""


@dataclass(frozen=True)
class Answers:
    """The documented answers of an operation.

    Attributes:
        good: those that the client was given in its plain run, or the one of success.
        others: all others, but those of the protocol.
        successes: those of either by which the CRM has done what it was asked for.
    """

    good: tuple[Documented, ...]
    others: tuple[Documented, ...]
    successes: tuple[Documented, ...]

    @classmethod
    def of(cls, operation: str, met: Iterable[str], suite: MockApp) -> Answers:
        """Return those of an operation.

        Args:
            operation: `<vendor>.<operationId>`.
            met: names of the outcomes of success that the client was given in its plain run.
            suite: under whose settings they are documented.
        """
        vendor = operation.partition(".")[0]
        found = documented(operation, None, None, suite.contracts[vendor])
        names = set(met) or {found[0].operation.success().name}
        good = tuple(each for each in found if each.outcome.name in names)
        others = tuple(each for each in found if each not in good)
        refusals = Refusals(suite)
        done = (
            each
            for each in found
            if each.outcome.status < 300 and not refusals.is_refusal(vendor, each.outcome.status, each.draft.value)
        )
        return cls(good, others, tuple(done))


class Readiness:
    """Tries the documented answers and some faults, and learns the client's exit codes from them.

    Attributes:
        answers: the documented answers, by operation.
        plain: the plain run.
        trials: of all that was tried.
    """

    def __init__(self, lanes: Lanes, judge: Judge, maker: Maker, operations: Sequence[str], suite: MockApp) -> None:
        """Take note of what is to be tried.

        Args:
            lanes: where.
            judge: who is told of exit codes.
            maker: makes attempts.
            operations: whose answers.
            suite: of the mocks.
        """
        met = judge.plain.outcomes
        self.answers = {key: Answers.of(key, met.get(key, ()), suite) for key in operations}
        self.plain = judge.plain
        self.trials: list[Trial] = []
        self._lanes = lanes
        self._judge = judge
        self._maker = maker
        judge.successes = frozenset(
            (operation, each.outcome.name) for operation, answers in self.answers.items() for each in answers.successes
        )

    def complaint(self) -> tuple[str, str]:
        """Try all; return why the client is not ready to be fuzzed and what it printed, two empty texts if it is."""
        good = [self._maker.documented(each) for answers in self.answers.values() for each in answers.good]
        trials = self._lanes.try_all([each for each in good for _ in range(2)], self._judge.plain)
        for trial in trials:
            wrong = self._wrong(trial)
            if wrong:
                answer = trial.attempt.answer
                about = (
                    f"given the documented answer {answer.status} {answer.outcome} of {answer.operation}, it {wrong}"
                )
                return f"the client is not ready to be fuzzed: {about}", trial.did.output
        if not any(trial.did.met for trial in trials):
            called = ", ".join(self.answers)
            return f"the client is not ready to be fuzzed: it called {called} in its plain run, and never again", ""
        trials += self._lanes.try_all(list(self._further()), self._judge.plain)
        for trial in trials:
            self._judge.learn(trial)
        self.trials = [self._judge.judged(trial) for trial in trials]
        return "", ""

    def usual(self, start: Documented) -> list[Trial]:
        """Return the trials of a documented answer as it is."""
        attempts = ((trial, trial.attempt) for trial in self.trials)
        return [trial for trial, each in attempts if each.start is start and each.answer.fault is None]

    def _further(self) -> Iterator[Attempt]:
        """Yield all other documented answers, and faults; refusals always, so that calling again helps nobody."""
        for answers in self.answers.values():
            for each in answers.others:
                yield self._maker.documented(each, always=each not in answers.successes)
            for fault in carriage.faults():
                if fault.kind is Kind.BROKEN_CONNECTION and fault.change(answers.good[0].draft).fault in _FAULTS:
                    yield self._maker.make(answers.good[0], [fault], allowed=False, always=True)
                elif takes_time(fault, answers.good[0]):  # all at once, and once for each operation
                    yield self._maker.make(answers.good[0], [fault], allowed=False)

    def _wrong(self, trial: Trial) -> str:
        """Say how a client failed that was given a documented success; nothing if it did not."""
        did = trial.did
        if did.stopped or did.signal:
            return f"was {self._judge.rules.cut_off(did)}"
        wrong = next(self._judge.wrong_code(trial), "") if did.met else ""
        return f"ended with {wrong}" if wrong.startswith("exit code") else wrong
