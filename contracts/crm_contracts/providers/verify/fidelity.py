"""Fidelity pages: per vendor, how far a real provider has confirmed the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_contracts.judge.coverage import CONTRADICTED, NOT_REACHED
from crm_contracts.judge.reports.finding_text import problem
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.files import write
from crm_contracts.report.spans import plain
from crm_mocks.errors import UsageError

_ROW: Final = re.compile(
    r"^\| (?P<operation>[\w.]+) \| (?P<status>\d{3})(?P<undocumented>, not documented)? \| (?P<word>[a-z ]+?)"
    r"(?: on (?P<date>\d{4}-\d\d-\d\d))? \| (?P<count>\d*) \|$"
)


@dataclass(frozen=True)
class FidelityRow:
    """Row of a fidelity page: a status of an operation.

    Attributes:
        operation: `<vendor>.<operationId>`.
        status: HTTP status.
        documented: whether the contract has the status.
        word: `confirmed`, `contradicted` or `not reached`.
        date: of the last response with the status, such as 2018-04-09; empty if there was none.
        count: responses with the status that day.
    """

    operation: str
    status: int
    documented: bool
    word: str
    date: str
    count: int

    def row(self) -> str:
        """Return the row in Markdown."""
        status = f"{self.status}" + ("" if self.documented else ", not documented")
        word = f"{self.word} on {self.date}" if self.date else self.word
        return f"| {self.operation} | {status} | {word} | {self.count or ''} |"


def update(folder: Path, verdict: Verdict, vendor: str) -> None:
    """Update the page of a vendor; keep the rows of statuses that were not reached this time.

    Args:
        folder: of the pages; created if it is missing.
        verdict: on a provider.
        vendor: name of the vendor.

    Raises:
        UsageError: the page cannot be read or written.
    """
    path = folder / f"{vendor}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the fidelity page {path}: {error}") from None
    write(path, render_page(verdict, vendor, list(parse_rows(before))), "the fidelity page")


def render_page(verdict: Verdict, vendor: str, before: list[FidelityRow]) -> str:
    """Return the page of a vendor in Markdown.

    Args:
        verdict: on a provider.
        vendor: name of the vendor.
        before: rows of the page so far.
    """
    earlier = {(row.operation, row.status): row for row in before if row.date}
    now = list(_rows(verdict))
    rows = [earlier.get((row.operation, row.status), row) if row.word == NOT_REACHED else row for row in now]
    current = {(row.operation, row.status) for row in now}
    operations = {row.operation for row in now}
    rows += [row for key, row in earlier.items() if key not in current and row.operation in operations]
    rows.sort(key=lambda row: (row.operation, row.status))
    lines = [
        f"# Fidelity of {vendor}",
        "",
        f"This page is written by `crm-mocks verify {vendor} --update-fidelity`. *Confirmed* responses of the provider",
        "satisfy the contract, *contradicted* ones violate it. Statuses that the last run did not reach keep",
        "their earlier results.",
        "",
        f"Contract: `{verdict.contracts.get(vendor, ('',))[0][:16]}`",
        "",
        "| operation | status | standing | responses |",
        "| --- | --- | --- | ---: |",
        *(row.row() for row in rows),
        "",
        *_contradictions(verdict),
    ]
    return "\n".join(lines).rstrip() + "\n"


def parse_rows(page: str) -> Iterator[FidelityRow]:
    """Yield the rows of a page."""
    for line in page.splitlines():
        match = _ROW.match(line)
        if match:
            yield FidelityRow(
                match["operation"],
                int(match["status"]),
                not match["undocumented"],
                match["word"],
                match["date"] or "",
                int(match["count"] or 0),
            )


def _rows(verdict: Verdict) -> Iterator[FidelityRow]:
    for operation in verdict.operations:
        for count in operation.counted_statuses:
            yield FidelityRow(operation.key, count.status, count.documented, count.word, count.date, count.count)


def _contradictions(verdict: Verdict) -> Iterator[str]:
    """Yield the lines of a section for each failing finding, with an exchange that shows it."""
    if verdict.failing:
        yield from (f"## {CONTRADICTED.capitalize()}", "")
    for finding in verdict.failing:
        location = ".".join(finding.location)
        yield f"### {finding.operation} {finding.status or 'without a response'}: {finding.rule} at {location}"
        yield from ("", f"{_plain(plain(problem(finding)))} (×{finding.count})", "")
        yield from (
            "```text",
            *_plain(finding.first.request, lines=True).split("\n"),
            "",
            _plain(finding.first.response),
        )
        yield from ("```", "")


def _plain(text: str, *, lines: bool = False) -> str:
    """Return a provider's text with code fences and unprintable characters escaped; newlines stay if `lines`."""
    printable = "".join(
        char if char.isprintable() or (lines and char == "\n") else char.encode("unicode_escape").decode()
        for char in text
    )
    return printable.replace("```", "` ` `")
