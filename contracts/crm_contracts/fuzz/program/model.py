"""What fuzzing a client program comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt
from crm_contracts.trial.model import Did, Plain

HANG: Final = "hang"
DUPLICATE: Final = "retry made a duplicate"

_INTERRUPTED: Final = 130


class Symptom(StrEnum):
    """By what a failure shows, whatever the client was given."""

    HANG = HANG
    DUPLICATE = DUPLICATE
    OTHER = "other"


@dataclass(frozen=True)
class Trial:
    """What a client did with an answer.

    Attributes:
        attempt: what it was given.
        did: what it did.
        printed: what it printed, of much the end.
        failures: the rules that it did not keep, in sentences; none if it survived.
    """

    attempt: Attempt
    did: Did
    printed: str = ""
    failures: tuple[str, ...] = ()

    @property
    def symptom(self) -> Symptom:
        """By what the failure shows."""
        if self.did.stopped:
            return Symptom.HANG
        return Symptom.DUPLICATE if self.did.surplus else Symptom.OTHER

    @property
    def weakness(self) -> str:
        """The class of weakness: the kind of what is unusual, unless the symptom says more."""
        return self.attempt.answer.kind if self.symptom is Symptom.OTHER else self.symptom


@dataclass(frozen=True)
class Weakness:
    """What breaks a client.

    Attributes:
        trial: of the smallest answer that does.
        found_by: the number of the generated answer that it was found by, from 1 on; 0 for a documented answer, and for
            an earlier failure.
        found_after: seconds from the first answer to that one.
        runs: how many runs it took to shrink that one.
        path: of the reproduction, once it is written.
        test: of the test that is written beside it.
    """

    trial: Trial
    found_by: int
    found_after: float
    runs: int
    path: Path | None = None
    test: Path | None = None

    @property
    def answer(self) -> FuzzedAnswer:
        """The smallest answer."""
        return self.trial.attempt.answer

    @property
    def name(self) -> str:
        """The class of weakness."""
        return self.trial.weakness

    @property
    def differences(self) -> int | None:
        """In how many places the answer differs from the documented example; `None` for an earlier failure."""
        attempt = self.trial.attempt
        return len(attempt.alterations) if attempt.start is not None else None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        answer = self.answer
        return {
            "weakness": self.name,
            "operation": answer.operation,
            "status": answer.status,
            "outcome": answer.outcome,
            "kind": answer.kind,
            "allowed": answer.allowed,
            "often": self.trial.attempt.often,
            "unusual": self.trial.attempt.unusual,
            "differences": self.differences,
            "failures": list(self.trial.failures),
            "did": self.trial.did.as_json(),
            "found_by": self.found_by,
            "found_after": round(self.found_after, 3),
            "runs": self.runs,
            "answer": self.trial.attempt.as_queued(),
            "reproduction": str(self.path) if self.path else None,
            "test": str(self.test) if self.test else None,
        }


@dataclass(frozen=True)
class Flaky:
    """A client that broke, and did not when it was given the same again.

    Attributes:
        trial: in which it broke.
        broke: in how many runs of those that were made.
        runs: how many that were.
    """

    trial: Trial
    broke: int
    runs: int

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        answer = self.trial.attempt.answer
        return {
            "operation": answer.operation,
            "outcome": answer.outcome,
            "unusual": self.trial.attempt.unusual,
            "failures": list(self.trial.failures),
            "broke": self.broke,
            "runs": self.runs,
            "answer": self.trial.attempt.as_queued(),
        }


@dataclass(frozen=True, order=True)
class Tried:
    """What answers are counted by."""

    operation: str
    status: int
    kind: Kind


@dataclass(slots=True)
class Counts:
    """How many answers of a kind there were.

    Attributes:
        given: to the client.
        broke: that did not survive, among them those whose weakness was known already.
        unmet: prepared, but the client did not call the operation.
    """

    given: int = 0
    broke: int = 0
    unmet: int = 0


@dataclass(frozen=True)
class Fuzz:
    """All of it.

    Attributes:
        command: program and arguments.
        seed: of what was drawn.
        plain: the plain run.
        tried: how many answers, by operation, status and kind.
        answers: how many were generated and given while weaknesses were looked for; not the documented ones as they
            are, nor what shrinking takes.
        runs: of the client in all.
        seconds: how long it took, from the first answer on.
        reads: which members of answers the client's doings depend on, by operation.
        weaknesses: what breaks it.
        flaky: what broke it at times.
        survived: earlier failures that break it no more.
        complaint: why it was not fuzzed, in a sentence; else empty.
        output: the last lines of what the client printed when there is a complaint.
        notes: what makes the report say less than it seems to, in sentences.
        interrupted: the user would not wait, or the client could not be started again.
        trouble: why that was, or why a reproduction could not be written, in a sentence; else empty.
    """

    command: tuple[str, ...]
    seed: int
    plain: Plain
    tried: Mapping[Tried, Counts] = field(default_factory=dict)
    answers: int = 0
    runs: int = 0
    seconds: float = 0.0
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weaknesses: tuple[Weakness, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    survived: tuple[Trial, ...] = ()
    complaint: str = ""
    output: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    trouble: str = ""

    @property
    def exit_code(self) -> int:
        """1 if anything breaks the client, or nothing could be tried, and as a shell has it after Ctrl-C."""
        if self.interrupted:
            return _INTERRUPTED
        return 1 if self.complaint or self.weaknesses else 0

    @property
    def operations(self) -> list[str]:
        """Those whose answers were generated."""
        return list(dict.fromkeys(each.operation for each in self.tried))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "client": list(self.command),
            "seed": self.seed,
            "plain": self.plain.as_json(),
            "complaint": self.complaint,
            "answers": self.answers,
            "runs": self.runs,
            "seconds": round(self.seconds, 3),
            "reads": {operation: list(places) for operation, places in self.reads.items()},
            "tried": [
                {
                    "operation": each.operation,
                    "status": each.status,
                    "kind": each.kind,
                    "given": counts.given,
                    "broke": counts.broke,
                    "unmet": counts.unmet,
                }
                for each, counts in self.tried.items()
            ],
            "weaknesses": [each.as_json() for each in self.weaknesses],
            "flaky": [each.as_json() for each in self.flaky],
            "survived": [each.attempt.as_queued() for each in self.survived],
            "notes": list(self.notes),
            "interrupted": self.interrupted,
        }
