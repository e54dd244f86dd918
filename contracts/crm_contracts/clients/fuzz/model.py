"""Result of fuzzing a client program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from crm_contracts.clients.criteria import EXIT_CODE, REQUEST_LIMIT, RETRY_AFTER
from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.model import INTERRUPTED, CampaignResult, ClientCaseResult, Symptom
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.codec import encode
from crm_contracts.judge.finding import Finding, Standing
from crm_contracts.judge.verdict import EMBEDDED

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


@dataclass(frozen=True, order=True)
class CaseGroup:
    """What cases are counted by."""

    operation: str
    status: int
    kind: MutationKind


@dataclass(slots=True)
class GroupCounts:
    """Numbers of cases in a group.

    Attributes:
        delivered: cases that the client received.
        broke: cases that broke the client, including those of known weaknesses.
        undelivered: cases in which the client did not call the operation.
    """

    delivered: int = 0
    broke: int = 0
    undelivered: int = 0


@dataclass(frozen=True)
class FuzzCampaignResult(CampaignResult):
    """Result of a fuzzing campaign.

    Attributes:
        seed: seed of all random choices.
        tried: numbers of cases by operation, status and kind.
        cases: number of generated cases; those of the calibration and runs for shrinking do not count.
        runs: number of all runs.
        seconds: duration of the campaign.
        reads: members of responses whose change alone changed what the client did, by operation.
        groups: what breaks the client, by where it fails.
        late: cases for which `--timeout` is too short.
        cut_short: what `--seconds` cut short, in sentences.
        unchecked: why no generated response was given, in a sentence; empty if one was.
        flaky: what breaks it in some runs only.
        fixed: results of reproductions that no longer break it.
        output: last lines of the client's output, if there is a complaint.
        trouble: why the campaign was interrupted or a reproduction could not be written, in a sentence; else empty.
    """

    seed: int = 0
    tried: Mapping[CaseGroup, GroupCounts] = field(default_factory=dict)
    cases: int = 0
    runs: int = 0
    seconds: float = 0.0
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[WeaknessGroup, ...] = ()
    late: tuple[LateEnding, ...] = ()
    cut_short: tuple[str, ...] = ()
    unchecked: str = ""
    flaky: tuple[FlakyCase, ...] = ()
    fixed: tuple[FuzzResult, ...] = ()
    output: str = ""
    trouble: str = ""

    @property
    def exit_code(self) -> int:
        """Exit code of the command."""
        if self.interrupted and not self.trouble:
            return INTERRUPTED
        if self.excused:
            return 0
        if self.baseline.stopped:
            return 2
        if self.complaint or self.unchecked or self.broke_contract or any(each.fails for each in self.weaknesses):
            return 1
        return 2 if self.trouble else 0

    @property
    def weaknesses(self) -> tuple[Weakness, ...]:
        """The weaknesses of all groups."""
        return tuple(weakness for group in self.groups for weakness in group.weaknesses)

    @property
    def operations(self) -> list[str]:
        """Operations that had cases."""
        return list(dict.fromkeys(each.operation for each in self.tried))

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON."""
        return {
            "client": list(self.command),
            "shard": str(self.shard),
            "seed": self.seed,
            "baseline_run": self.baseline.as_json(),
            "complaint": self.complaint or self.unchecked,
            "answers": self.cases,
            "runs": self.runs,
            "seconds": round(self.seconds, 3),
            "reads": {operation: list(places) for operation, places in self.reads.items()},
            "tried": [
                {
                    "operation": each.operation,
                    "status": each.status,
                    "kind": each.kind,
                    "given": counts.delivered,
                    "broke": counts.broke,
                    "unmet": counts.undelivered,
                }
                for each, counts in self.tried.items()
            ],
            "groups": [each.as_json() for each in self.groups],
            "weaknesses": [
                {**each.as_json(), "group": group.name} for group in self.groups for each in group.weaknesses
            ],
            "late": [each.as_json() for each in self.late],
            "cut_short": list(self.cut_short),
            "reactions": [each.as_json() for each in self.reactions],
            "flaky": [each.as_json() for each in self.flaky],
            "survived": [each.case.as_queued() for each in self.fixed],
            "notes": list(self.notes),
            "interrupted": self.interrupted,
            "resolved": encode(self.case_verdict.resolved),
            EMBEDDED: self.client_verdict.as_json(),
        }
