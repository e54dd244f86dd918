"""Weaknesses of a client program: responses that break it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from crm_contracts.clients.criteria import EXIT_CODE, REQUEST_LIMIT, RETRY_AFTER
from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.model import ClientCaseResult, Symptom
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.judge.finding import Finding, Standing

FuzzResult: TypeAlias = ClientCaseResult[FuzzCase]


_NAMES: Final = {RETRY_AFTER: "early retry", REQUEST_LIMIT: "too many requests"}
"""Classes of weakness that have nothing to do with the kind of mutation, by rule."""


_MISTAKEN: Final = {True: "refusal taken for a success", False: "success taken for a failure"}
"""Classes of weakness of wrong exit codes after documented responses, by whether the response is a refusal."""


def weakness_name(result: FuzzResult) -> str:
    """Return the class of weakness: the kind of mutation, unless the symptom or the broken rule says more."""
    symptom, is_refusal = result.run.symptom, result.case.is_refusal
    if symptom is not Symptom.OTHER:
        return symptom
    if result.rule == EXIT_CODE and is_refusal is not None:
        return _MISTAKEN[is_refusal]
    return _NAMES.get(result.rule, result.case.response.kind)


@dataclass(frozen=True)
class Weakness:
    """A response that breaks a client.

    Attributes:
        result: result of the smallest case that breaks it, as far as it was shrunk.
        found_by: number of the generated case that found it, from 1 on; 0 for the calibration and for reproductions.
        found_after: seconds from the first case to that one.
        runs: number of runs to shrink it.
        path: path of the reproduction, once it is written.
        test: path of the test written next to it.
        finding: the weakness as a finding, which says whether it counts.
        remark: what was left undone, or found out besides, in a sentence.
    """

    result: FuzzResult
    found_by: int
    found_after: float
    runs: int
    path: Path | None = None
    test: Path | None = None
    finding: Finding | None = None
    remark: str = ""

    @property
    def response(self) -> GeneratedResponse:
        """The smallest response."""
        return self.result.case.response

    @property
    def name(self) -> str:
        """Class of weakness."""
        return weakness_name(self.result)

    @property
    def standing(self) -> Standing:
        """What it means for the result."""
        return self.finding.standing if self.finding is not None else Standing.FAILS

    @property
    def fails(self) -> bool:
        """Whether it counts."""
        return self.standing is Standing.FAILS

    @property
    def differences(self) -> int | None:
        """Number of differences from the documented response; `None` for a reproduction."""
        case = self.result.case
        return len(case.mutations) if case.example is not None else None

    def as_json(self) -> dict[str, Any]:
        """Return the weakness as JSON."""
        response = self.response
        return {
            "weakness": self.name,
            "operation": response.operation,
            "status": response.status,
            "outcome": response.outcome,
            "kind": response.kind,
            "allowed": response.allowed,
            "often": self.result.case.often,
            "unusual": self.result.case.unusual,
            "differences": self.differences,
            "failures": list(self.result.failures),
            "standing": self.standing,
            "did": self.result.run.as_json(),
            "found_by": self.found_by,
            "found_after": round(self.found_after, 3),
            "runs": self.runs,
            "answer": self.result.case.as_queued(),
            "reproduction": str(self.path) if self.path else None,
            "test": str(self.test) if self.test else None,
            "remark": self.remark,
        }


@dataclass(frozen=True)
class WeaknessGroup:
    """Weaknesses that show at the same place of the client.

    Attributes:
        name: where the client failed, such as `KeyError at client.py:12`, or else what made it fail.
        responses: number of responses that made it fail there.
        weaknesses: one of each class, those whose response the contract allows first.
    """

    name: str
    responses: int
    weaknesses: tuple[Weakness, ...]

    @property
    def allowed(self) -> bool:
        """Whether the contract allows a response that makes the client fail there."""
        return any(each.response.allowed for each in self.weaknesses)

    @property
    def failing(self) -> tuple[Weakness, ...]:
        """The weaknesses that count."""
        return tuple(each for each in self.weaknesses if each.fails)

    def as_json(self) -> dict[str, Any]:
        """Return the group as JSON, without its weaknesses."""
        return {"group": self.name, "responses": self.responses, "allowed": self.allowed}


@dataclass(frozen=True)
class FlakyCase:
    """A case that broke a client in some runs only.

    Attributes:
        result: a result in which it did.
        broke: number of runs in which it did.
        runs: number of all runs with the case.
    """

    result: FuzzResult
    broke: int
    runs: int

    def as_json(self) -> dict[str, Any]:
        """Return the case as JSON."""
        response = self.result.case.response
        return {
            "operation": response.operation,
            "outcome": response.outcome,
            "unusual": self.result.case.unusual,
            "failures": list(self.result.failures),
            "broke": self.broke,
            "runs": self.runs,
            "answer": self.result.case.as_queued(),
        }


@dataclass(frozen=True)
class LateEnding:
    """A client that was still running at the time limit, but ends by itself.

    Attributes:
        result: result of a run that was given longer.
        limit: the time limit, in seconds.
    """

    result: FuzzResult
    limit: float

    def __str__(self) -> str:
        run = self.result.run
        return (
            f"{self.result.case}: the client ended by itself with exit code {run.code} after {run.seconds:.1f} s, so "
            f"that its own time limit is longer than --timeout {self.limit:g}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return the case as JSON."""
        run = self.result.run
        return {"case": str(self.result.case), "code": run.code, "seconds": round(run.seconds, 3), "limit": self.limit}
