"""Certificates of mocks, and the page that shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.verification import VerifyResult
from crm_contracts.report.formats import render

REQUIRED_SHARE: Final = 0.3
"""Minimum share of an operation's cases that must succeed: below it, little but refusals was tested."""


@dataclass
class Certificate:
    """Result of verifying one variant of a mock.

    Attributes:
        name: the vendor, with settings that differ from the defaults.
        operations: operationIds of the contract.
        figures: schemathesis' cases of all seeds.
        statuses: number of valid responses of all seeds, by operation and status.
        unreached: documented statuses, those of the protocol aside, that no response had.
        played: names of the scenarios that passed.
        date: date and time of the last response, ISO 8601.
        failures: reports of runs with findings.
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
        """Add the result for one seed."""
        self.count(verified.case_counts)
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
        """Add the case counts of a run."""
        for operation, count in figures.operations.items():
            self.figures.add(operation, count)

    def shortcomings(self) -> Iterator[str]:
        """Yield the reasons not to certify the mock."""
        yield from self.failures
        for operation in sorted(self.operations):
            count = self.figures.operations.get(operation)
            if count is None:
                yield f"{self.name}: {operation} was not tested"
            elif count.share < REQUIRED_SHARE:
                yield f"{self.name}: of the cases of {operation}, {count.share:.0%} succeed, under {REQUIRED_SHARE:.0%}"

    def report(self) -> str:
        """Return the case counts as text."""
        return "\n".join((self.name, *(f"  {line}" for line in self.figures.lines())))


def page(certificates: Sequence[Certificate], seeds: Iterable[int], examples: int) -> str:
    """Return the page of a certification.

    Args:
        certificates: of all mocks.
        seeds: seeds of the generated cases.
        examples: maximum number of generated cases per operation and phase.
    """
    date = max(each.date for each in certificates)
    lines = [
        "# Certification",
        "",
        "Every mock, started as a process of its own and treated as an unknown provider, verified by",
        f"[`crm-mocks verify`](verify.md): all phases, schemathesis {version('schemathesis')}, seeds "
        f"{', '.join(map(str, seeds))}, {examples} cases",
        f"per operation and phase. There were no findings. `make certify` writes this page; last on {date}.",
        "",
        "*Cases* are schemathesis' requests, *valid* those that keep the contract, *succeeded* those with a successful",
        "response. Statuses are counted over all responses. Statuses that need a queued response, a preference or a",
        "setting are not reached here; the vendors' own tests reach them all.",
    ]
    for certificate in certificates:
        lines += ["", f"## {certificate.name}", "", *_table(certificate)]
        if certificate.played:
            names = ", ".join(f"`{name}`" for name in certificate.played)
            lines += ["", f"Scenarios that passed: {names}."]
    return "\n".join(lines) + "\n"


def _table(certificate: Certificate) -> Iterator[str]:
    yield "| operation | cases | valid | succeeded | statuses | not reached |"
    yield "| --- | ---: | ---: | ---: | --- | --- |"
    for name, count in sorted(certificate.figures.operations.items()):
        seen = ", ".join(
            f"{status} ×{count}"
            for (each, status), count in sorted(certificate.statuses.items())
            if each == name and count
        )
        missing = ", ".join(str(status) for each, status in sorted(certificate.unreached) if each == name)
        yield f"| {name} | {count.cases} | {count.valid} | {count.successes} | {seen} | {missing} |"
