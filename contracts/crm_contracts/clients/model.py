"""Cases, runs of a client program and their results, shared by sweep and fuzz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar

from crm_contracts.clients.reactions import Reaction
from crm_contracts.judge.finding import Standing
from crm_contracts.judge.merge import EMPTY
from crm_contracts.judge.verdict import Verdict
from crm_contracts.shard import WHOLE, Shard
from crm_mocks.faults import Fault

FAULT: Final = "fault"
"""Class of all faults; responses are classed by status: `2xx`, `4xx`, `5xx`."""

CLASSES: Final = ("2xx", "3xx", "4xx", "5xx", FAULT)

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as a shell reports it."""


def class_of(status: int) -> str:
    """Return the class of a status, such as `4xx`."""
    return f"{status // 100}xx"


class Symptom(StrEnum):
    """How a failure of a client shows."""

    HANG = "hang"
    DUPLICATE = "retry made a duplicate"
    OTHER = "other"


class Case(Protocol):
    """A response or fault that replaces the mock's own response in one run of the client."""

    @property
    def operation(self) -> str:
        """`<vendor>.<operationId>`."""

    @property
    def always(self) -> bool:
        """Whether every request to the operation gets it, rather than the first one only."""

    @property
    def fault(self) -> Fault | None:
        """The fault, if it is one."""

    @property
    def delay_ms(self) -> int:
        """Milliseconds that the client has to wait."""

    @property
    def basis(self) -> str:
        """What the response rests on: `document`, `http` or the id of a position."""

    @property
    def is_refusal(self) -> bool | None:
        """Whether it is a documented refusal (true) or a documented success (false); `None` for anything else."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names that `--expect` may use, the most specific one first."""

    @property
    def categories(self) -> tuple[str, ...]:
        """Status, class and the like, by which `--expect` may select it, in order of precedence."""

    def as_queued(self) -> dict[str, Any]:
        """Return the body of `POST /__admin/responses` that queues it, without the session."""


AnyCase = TypeVar("AnyCase", bound=Case)


@dataclass(frozen=True)
class RunResult:
    """What the client did in one run.

    Attributes:
        code: exit code as a shell reports it.
        signal: name of the signal that ended it, or empty.
        stopped: it was stopped at the time limit.
        seconds: duration.
        requests: number of requests to the operation.
        delivered: number of these that received the case's response or fault.
        repeated: a request that received it once was sent again, and received another response.
        gaps: seconds between consecutive requests to the operation.
        retry_after: seconds that Retry-After asked the client to wait, or 0.
        early_retry: the client retried before that time had elapsed.
        extra_records: how many more records there are than after the baseline run, by `<vendor>.<kind>`.
        refusals: statuses of the mock's own refusals of further requests, beyond those of the baseline run and those
            that a success of the same operation followed.
        refused_given: statuses of those among them whose requests use a value that a forced response gave.
        reactions: rules that the client's requests broke.
        output: last lines of the client's output.
        crash: language of the uncaught error that ended the client, or empty.
    """

    code: int
    signal: str = ""
    stopped: bool = False
    seconds: float = 0.0
    requests: int = 0
    delivered: int = 0
    repeated: bool = False
    gaps: tuple[float, ...] = ()
    retry_after: int = 0
    early_retry: bool = False
    extra_records: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    refused_given: tuple[int, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    output: str = ""
    crash: str = ""

    @property
    def ending(self) -> str:
        """How the client ended, for people."""
        if self.stopped:
            return "stopped"
        return self.signal or f"exit {self.code}"

    @property
    def ended_by_itself(self) -> bool:
        """Whether the client ended with an exit code of its own."""
        return not self.stopped and not self.signal

    @property
    def symptom(self) -> Symptom:
        """How a failure shows. A client that crashes midway may leave records that it would have deleted."""
        if self.stopped:
            return Symptom.HANG
        return Symptom.DUPLICATE if self.extra_records and not self.crash else Symptom.OTHER

    def as_json(self) -> dict[str, Any]:
        """Return the run as JSON."""
        return {
            "code": self.code,
            "signal": self.signal,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 3),
            "requests": self.requests,
            "met": self.delivered,
            "gaps": [round(gap, 3) for gap in self.gaps],
            "asked": self.retry_after,
            "hurried": self.early_retry,
            "surplus": dict(self.extra_records),
            "refusals": list(self.refusals),
            "broken_rules": [each.finding.rule for each in self.reactions],
            "output": self.output,
            "crash": self.crash,
        }


@dataclass(frozen=True)
class BaselineRun:
    """The run in which the client got the mock's own responses only.

    Attributes:
        code, signal, stopped, seconds, output: as in `RunResult`.
        requests: number of requests by operation, in the order of the first one.
        outcomes: successes that they were answered with, by operation.
        refused: refusals that they were answered with, by operation, one entry for each request.
        as_documented: of all these, those with the body of the contract's example.
        storing: operations that changed stored records.
        records: number of records afterwards, by `<vendor>.<kind>`.
        reactions: rules that the client's requests broke.
    """

    code: int
    signal: str = ""
    stopped: bool = False
    seconds: float = 0.0
    output: str = ""
    requests: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_documented: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    storing: frozenset[str] = frozenset()
    records: Mapping[str, int] = field(default_factory=dict)
    reactions: tuple[Reaction, ...] = ()

    def extra_records(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return how many more records there are than after this run, by kind, where there are more."""
        return {kind: count - self.records[kind] for kind, count in counts.items() if count > self.records[kind]}

    def as_json(self) -> dict[str, Any]:
        """Return the run as JSON."""
        members = {each.name: getattr(self, each.name) for each in fields(self)}
        return members | {
            "storing": sorted(self.storing),
            "seconds": round(self.seconds, 3),
            "reactions": [each.as_json() for each in self.reactions],
        }


@dataclass(frozen=True)
class ClientCaseResult(Generic[AnyCase]):
    """A case and what the client did with it.

    Attributes:
        case: the case.
        run: the client's run.
        printed: the client's output, or the end of a long one.
        failures: pass criteria that the client did not meet, in sentences.
        rule: name of the first of them; empty if there is none.
        standing: whether the failures count.
        site: where the client failed, as its output has it; empty if that is unknown.
    """

    case: AnyCase
    run: RunResult
    printed: str = ""
    failures: tuple[str, ...] = ()
    rule: str = ""
    standing: Standing = Standing.FAILS
    site: str = ""

    @property
    def passed(self) -> bool:
        """Whether the client met all pass criteria."""
        return not self.failures

    @property
    def fails(self) -> bool:
        """Whether the client failed in a way that counts."""
        return bool(self.failures) and self.standing is Standing.FAILS


@dataclass(frozen=True)
class CampaignResult:
    """Result of all runs of a client program.

    Attributes:
        command: program and arguments.
        baseline: the baseline run.
        complaint: why no case was run, in a sentence; else empty.
        notes: limits on what the result shows, in sentences.
        interrupted: some runs were not made.
        case_verdict: failed cases and reactions as findings, with the allow-list and the baseline applied.
        reactions: rules that the client's requests broke, in any run.
        client_verdict: verdict on the requests of all runs.
        excused: the client may call nothing, and did call nothing: no case was run, but that is no failure.
        shard: part of the cases that was run.
        idle: why the shard has no cases, in a sentence; else empty.
    """

    command: tuple[str, ...]
    baseline: BaselineRun
    complaint: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    case_verdict: Verdict = EMPTY
    reactions: tuple[Reaction, ...] = ()
    client_verdict: Verdict = EMPTY
    excused: bool = False
    shard: Shard = WHOLE
    idle: str = ""

    @property
    def in_shard(self) -> str:
        """` in shard 2/4`, or an empty text for the whole."""
        return "" if self.shard.is_whole else f" in shard {self.shard}"

    @property
    def broke_contract(self) -> bool:
        """Whether a request of the client broke the contract in a way that counts."""
        return any(each.finding.fails for each in self.reactions)
