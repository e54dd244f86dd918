"""Certificates of mocks, and the page that tells of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from crm_contracts.judge.report import report
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.verification import VerifyResult
from crm_contracts.report.formats import render

LEAST_SHARE: Final = 0.3
"""Of an operation's cases, so many reach success at least; with fewer, hardly anything but refusals was tried."""


@dataclass
class Certificate:
    """What came of verifying one mock under some settings.

    Attributes:
        name: the vendor, and its settings where they are not the defaults.
        operations: operationIds of the contract.
        figures: schemathesis' cases of all seeds.
        statuses: answers that keep to the contract, of all seeds, by operation and status.
        unreached: documented statuses that are none of the protocol, and that never came, likewise.
        played: names of the scenarios that hold.
        date: of the last answer, ISO 8601.
        failures: reports of runs in which something was found.
    """

    name: str
    operations: frozenset[str]
    figures: CaseCounts = field(default_factory=CaseCounts)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    unreached: set[tuple[str, int]] = field(default_factory=set)
    played: tuple[str, ...] = ()
    date: str = ""
    failures: list[str] = field(default_factory=list)

    def add(self, verified: VerifyResult) -> None:
        """Add the verification with one seed."""
        self.count(verified.figures)
        self.played = verified.played
        for operation in verified.verdict.operations:
            name = operation.key.partition(".")[2]
            for status in operation.counted_statuses:
                self.statuses[name, status.status] += status.count
                self.unreached.add((name, status.status))
                self.date = max(self.date, status.date)
        self.unreached -= {place for place, count in self.statuses.items() if count}
        if verified.verdict.exit_code():
            self.failures.append(render(report(verified.verdict, "verify"), "terminal"))

    def count(self, figures: CaseCounts) -> None:
        """Add the cases of a run."""
        for operation, tally in figures.operations.items():
            self.figures.add(operation, tally)

    def shortcomings(self) -> Iterator[str]:
        """Yield what keeps the mock from being certified."""
        yield from self.failures
        for operation in sorted(self.operations):
            tally = self.figures.operations.get(operation)
            if tally is None:
                yield f"{self.name}: {operation} was not tried"
            elif tally.share < LEAST_SHARE:
                yield f"{self.name}: of the cases of {operation}, {tally.share:.0%} succeed, under {LEAST_SHARE:.0%}"

    def report(self) -> str:
        """Return the figures as text."""
        return "\n".join((self.name, *(f"  {line}" for line in self.figures.lines())))


def page(certificates: Sequence[Certificate], seeds: Iterable[int], examples: int) -> str:
    """Return the page that tells of a certification.

    Args:
        certificates: of all mocks.
        seeds: that each was verified with.
        examples: most generated cases per operation and phase.
    """
    date = max(each.date for each in certificates)
    lines = [
        "# Certification",
        "",
        "Every mock, started as a process of its own and treated as an unknown provider, verified by",
        f"[`crm-mocks verify`](verify.md): all phases, schemathesis {version('schemathesis')}, seeds "
        f"{', '.join(map(str, seeds))}, {examples} cases",
        f"per operation and phase. Nothing was found. `make certify` writes this page; last on {date}.",
        "",
        "*Cases* are schemathesis' requests, *valid* those of them that keep to the contract, *succeeded* those that",
        "reached a success. The statuses are those of all answers, each with how many there were. Statuses that only a",
        "queued answer, a preference or a setting brings about are not reached; the vendors' own tests reach them all.",
    ]
    for certificate in certificates:
        lines += ["", f"## {certificate.name}", "", *_table(certificate)]
        if certificate.played:
            names = ", ".join(f"`{name}`" for name in certificate.played)
            lines += ["", f"Scenarios that hold: {names}."]
    return "\n".join(lines) + "\n"


def _table(certificate: Certificate) -> Iterator[str]:
    yield "| operation | cases | valid | succeeded | statuses | not reached |"
    yield "| --- | ---: | ---: | ---: | --- | --- |"
    for name, tally in sorted(certificate.figures.operations.items()):
        seen = ", ".join(
            f"{status} ×{count}"
            for (each, status), count in sorted(certificate.statuses.items())
            if each == name and count
        )
        missing = ", ".join(str(status) for each, status in sorted(certificate.unreached) if each == name)
        yield f"| {name} | {tally.cases} | {tally.valid} | {tally.successes} | {seen} | {missing} |"
