"""What a sweep gives to a client, what the client does, and what comes of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from crm_contracts.trial.model import FAULT, Did, Plain, class_of
from crm_mocks.faults import Fault

_INTERRUPTED: Final = 130


@dataclass(frozen=True)
class Given:
    """A documented answer, or a fault, in place of an operation's own answer.

    Attributes:
        operation: `<vendor>.<operationId>`.
        name: of the outcome, or of the fault.
        status: of the outcome; `None` for a fault.
        phase: `before` or `after` the request takes its effect.
        told_phase: the phase makes a difference.
        always: given to every request, not to the first one only.
    """

    operation: str
    name: str
    status: int | None = None
    phase: str = "before"
    told_phase: bool = False
    always: bool = False

    @property
    def label(self) -> str:
        """Name for people."""
        if self.status is not None:
            return f"{self.status} {self.name}"
        return f"{self.name} {self.phase} storing" if self.told_phase else self.name

    @property
    def often(self) -> str:
        """`once` or `always`."""
        return "always" if self.always else "once"

    @property
    def kind(self) -> str:
        """The class: `2xx`, `4xx`, `5xx` or `fault`."""
        return FAULT if self.status is None else class_of(self.status)

    @property
    def fault(self) -> Fault | None:
        """The fault, if it is one."""
        return Fault(self.name) if self.status is None else None

    def __str__(self) -> str:
        return f"{self.operation}, {self.label}, {self.often}"


@dataclass(frozen=True)
class Cell:
    """One run of the client.

    Attributes:
        given: what it was given.
        did: what it did.
        failures: the rules that it did not keep, in sentences; none if it survived.
    """

    given: Given
    did: Did
    failures: tuple[str, ...] = ()

    @property
    def survived(self) -> bool:
        """Whether it kept all rules."""
        return not self.failures

    def as_json(self) -> dict[str, Any]:
        """Return the cell as JSON."""
        given = {name: value for name, value in asdict(self.given).items() if name not in ("told_phase", "always")}
        given |= {"class": self.given.kind, "often": self.given.often}
        return {
            "given": given,
            "did": self.did.as_json(),
            "survived": self.survived,
            "failures": list(self.failures),
        }


@dataclass(frozen=True)
class Sweep:
    """All runs.

    Attributes:
        command: program and arguments.
        plain: the plain run.
        cells: the others, by operation, in the contract's order.
        complaint: why there are none, in a sentence; else empty.
        notes: what makes the matrix say less than it seems to, in sentences.
        interrupted: some runs were not made, since the user would not wait for them.
    """

    command: tuple[str, ...]
    plain: Plain
    cells: tuple[Cell, ...] = ()
    complaint: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def failing(self) -> list[Cell]:
        """The cells that the client did not survive."""
        return [cell for cell in self.cells if not cell.survived]

    @property
    def exit_code(self) -> int:
        """1 if anything is wrong, and as a shell has it after Ctrl-C."""
        if self.interrupted:
            return _INTERRUPTED
        return 1 if self.complaint or self.failing else 0

    def rows(self, operation: str) -> list[tuple[str, dict[str, Cell]]]:
        """Return an operation's cells: for each thing given its label, and the cells by `once` and `always`."""
        rows: dict[str, dict[str, Cell]] = {}
        for cell in self.cells:
            if cell.given.operation == operation:
                rows.setdefault(cell.given.label, {})[cell.given.often] = cell
        return list(rows.items())

    @property
    def operations(self) -> list[str]:
        """Those that have cells."""
        return list(dict.fromkeys(cell.given.operation for cell in self.cells))

    def as_json(self) -> dict[str, Any]:
        """Return the sweep as JSON."""
        return {
            "client": list(self.command),
            "plain": self.plain.as_json(),
            "complaint": self.complaint,
            "notes": list(self.notes),
            "cells": [cell.as_json() for cell in self.cells],
        }
