"""Cases and result of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from crm_contracts.clients.model import FAULT, INTERRUPTED, CampaignResult, ClientCaseResult, class_of
from crm_contracts.judge.codec import encode
from crm_contracts.judge.verdict import EMBEDDED
from crm_contracts.report.origin import without_secrets
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.outcome import OutcomeResult
from crm_mocks.faults import Fault
from crm_mocks.parsing.retry_after import RETRY_AFTER_STATUSES

RETRY_AFTER: Final = 1
"""Seconds of Retry-After in responses with a status that may have it."""

DELAY_MS: Mapping[Fault, int] = {Fault.TIMEOUT: 2_000, Fault.SLOW_BODY: 1_000}
"""Milliseconds of faults that take time."""


@dataclass(frozen=True)
class SweepCase:
    """A documented outcome or a fault in place of an operation's own response.

    Attributes:
        operation: `<vendor>.<operationId>`.
        name: name of the outcome or fault.
        status: status of the outcome; `None` for a fault.
        phase: `before` or `after` the request takes effect.
        phase_matters: the operation stores something, so that the phase makes a difference.
        always: every request to the operation gets it, rather than the first one only.
        basis: what the outcome rests on; see `Case`.
        is_refusal: whether the outcome is a refusal, whatever its status; `None` for a fault.
    """

    operation: str
    name: str
    status: int | None = None
    phase: str = "before"
    phase_matters: bool = False
    always: bool = False
    basis: str = DOCUMENT
    is_refusal: bool | None = None

    @property
    def label(self) -> str:
        """Name for people."""
        if self.status is not None:
            return f"{self.status} {self.name}"
        return f"{self.name} {self.phase} storing" if self.phase_matters else self.name

    @property
    def often(self) -> str:
        """`once` or `always`."""
        return "always" if self.always else "once"

    @property
    def kind(self) -> str:
        """Class: `2xx`, `4xx`, `5xx` or `fault`."""
        return FAULT if self.status is None else class_of(self.status)

    @property
    def fault(self) -> Fault | None:
        """The fault, if it is one."""
        return Fault(self.name) if self.status is None else None

    @property
    def delay_ms(self) -> int:
        """See `Case`."""
        return 0 if self.fault is None else DELAY_MS.get(self.fault, 0)

    @property
    def names(self) -> tuple[str, ...]:
        """See `Case`."""
        return (self.name,)

    @property
    def categories(self) -> tuple[str, ...]:
        """See `Case`."""
        return (str(self.status), self.kind)

    def as_queued(self) -> dict[str, Any]:
        """See `Case`."""
        body: dict[str, Any] = {
            "operation": self.operation,
            "times": None if self.always else 1,
            "phase": self.phase,
        }
        if self.fault is None:
            headers = {"Retry-After": str(RETRY_AFTER)} if self.status in RETRY_AFTER_STATUSES else {}
            return {**body, "example": self.name, "headers": headers}
        return {**body, "fault": self.name, **({"delay_ms": self.delay_ms} if self.delay_ms else {})}

    def as_json(self) -> dict[str, Any]:
        """Return the case as JSON."""
        members = ("operation", "name", "status", "phase")
        result = "" if self.is_refusal is None else OutcomeResult.REFUSAL if self.is_refusal else OutcomeResult.SUCCESS
        case = {name: getattr(self, name) for name in members}
        return case | {"class": self.kind, "result": result, "often": self.often}

    def __str__(self) -> str:
        return f"{self.operation}, {self.label}, {self.often}"


SweepResult: TypeAlias = ClientCaseResult[SweepCase]


@dataclass(frozen=True)
class SweepCampaignResult(CampaignResult):
    """Result of a sweep: a matrix of cases.

    Attributes:
        cells: results by operation, in the contract's order.
    """

    cells: tuple[SweepResult, ...] = ()

    @property
    def failing(self) -> list[SweepResult]:
        """Results of the cases that failed in a way that counts."""
        return [cell for cell in self.cells if cell.fails]

    @property
    def exit_code(self) -> int:
        """Exit code of the command."""
        if self.interrupted:
            return INTERRUPTED
        if self.excused:
            return 0
        if self.baseline.stopped:
            return 2
        return 1 if self.complaint or self.failing or self.broke_contract else 0

    def rows(self, operation: str) -> list[tuple[str, dict[str, SweepResult]]]:
        """Return the rows of an operation: the label of each case, and its results by `once` and `always`."""
        rows: dict[str, dict[str, SweepResult]] = {}
        for cell in self.cells:
            if cell.case.operation == operation:
                rows.setdefault(cell.case.label, {})[cell.case.often] = cell
        return list(rows.items())

    @property
    def operations(self) -> list[str]:
        """Operations that have cases."""
        return list(dict.fromkeys(cell.case.operation for cell in self.cells))

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON."""
        return {
            "client": without_secrets(self.command),
            "shard": str(self.shard),
            "baseline_run": self.baseline.as_json(),
            "complaint": self.complaint,
            "notes": list(self.notes),
            "reactions": [each.as_json() for each in self.reactions],
            "cells": [
                {
                    "given": cell.case.as_json(),
                    "did": cell.run.as_json(),
                    "survived": cell.passed,
                    "failures": list(cell.failures),
                    "standing": cell.standing if cell.failures else "",
                }
                for cell in self.cells
            ],
            "resolved": encode(self.case_verdict.resolved),
            EMBEDDED: self.client_verdict.as_json(),
        }
