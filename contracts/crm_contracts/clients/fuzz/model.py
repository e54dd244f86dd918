"""Result of fuzzing a client program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_contracts.clients.fuzz.weakness import FlakyCase, FuzzResult, LateEnding, Weakness, WeaknessGroup
from crm_contracts.clients.model import INTERRUPTED, CampaignResult
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.codec import encode
from crm_contracts.judge.verdict import EMBEDDED
from crm_contracts.report.origin import without_secrets


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
            "client": without_secrets(self.command),
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
