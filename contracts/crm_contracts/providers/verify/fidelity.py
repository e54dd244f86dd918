"""Fidelity: what is known of how a real provider keeps to the contract, as a page per vendor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_contracts.judge.coverage import CONTRADICTED, NOT_REACHED
from crm_contracts.judge.finding_text import problem
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.document import plain
from crm_contracts.report.files import write
from crm_mocks.errors import UsageError

_ROW: Final = re.compile(
    r"^\| (?P<operation>[\w.]+) \| (?P<status>\d{3})(?P<undocumented>, not documented)? \| (?P<word>[a-z ]+?)"
    r"(?: on (?P<date>\d{4}-\d\d-\d\d))? \| (?P<count>\d*) \|$"
)


@dataclass(frozen=True)
class FidelityCell:
    """What is known of a status of an operation.

    Attributes:
        operation: `<vendor>.<operationId>`.
        status: HTTP status.
        documented: the contract has it.
        word: `confirmed`, `contradicted` or `not reached`.
        date: when it was seen last, ISO 8601; empty if never.
        count: answers with it that day.
    """

    operation: str
    status: int
    documented: bool
    word: str
    date: str
    count: int

    def row(self) -> str:
        """Return the row of the table."""
        status = f"{self.status}" + ("" if self.documented else ", not documented")
        word = f"{self.word} on {self.date}" if self.date else self.word
        return f"| {self.operation} | {status} | {word} | {self.count or ''} |"


def update(folder: Path, verdict: Verdict, vendor: str) -> None:
    """Write the page of a vendor; what was seen earlier and was not reached this time stays.

    Args:
        folder: of the pages; made if need be.
        verdict: on a provider.
        vendor: whose page.

    Raises:
        UsageError: the page cannot be read or written.
    """
    path = folder / f"{vendor}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the page of fidelity {path}: {error}") from None
    write(path, page(verdict, vendor, list(cells(before))), "the page of fidelity")


def page(verdict: Verdict, vendor: str, before: list[FidelityCell]) -> str:
    """Return the page of a vendor.

    Args:
        verdict: on a provider.
        vendor: whose page.
        before: what was known before.
    """
    known = {(each.operation, each.status): each for each in before if each.date}
    now = list(_seen(verdict))
    table = [known.get((each.operation, each.status), each) if each.word == NOT_REACHED else each for each in now]
    current = {(each.operation, each.status) for each in now}
    operations = {each.operation for each in now}
    table += [each for place, each in known.items() if place not in current and each.operation in operations]
    table.sort(key=lambda each: (each.operation, each.status))
    lines = [
        f"# Fidelity of {vendor}",
        "",
        f"What a real provider has shown of its contract, as `crm-mocks verify {vendor}` saw it. This page is written",
        "by `--update-fidelity`: *confirmed* are answers that keep to the contract, *contradicted* those that do not;",
        "what was not reached this time is told as it was seen before.",
        "",
        f"Contract: `{verdict.contracts.get(vendor, ('',))[0][:16]}`",
        "",
        "| operation | status | standing | answers |",
        "| --- | --- | --- | ---: |",
        *(each.row() for each in table),
        "",
        *_contradictions(verdict),
    ]
    return "\n".join(lines).rstrip() + "\n"


def cells(text: str) -> Iterator[FidelityCell]:
    """Yield what a page says."""
    for line in text.splitlines():
        found = _ROW.match(line)
        if found:
            yield FidelityCell(
                found["operation"],
                int(found["status"]),
                not found["undocumented"],
                found["word"],
                found["date"] or "",
                int(found["count"] or 0),
            )


def _seen(verdict: Verdict) -> Iterator[FidelityCell]:
    for operation in verdict.operations:
        for each in operation.counted_statuses:
            yield FidelityCell(operation.key, each.status, each.documented, each.word, each.date, each.count)


def _contradictions(verdict: Verdict) -> Iterator[str]:
    """Yield a section for each rule that the provider breaks, with the exchange that shows it."""
    if verdict.failing:
        yield from (f"## {CONTRADICTED.capitalize()}", "")
    for finding in verdict.failing:
        where = ".".join(finding.location)
        yield f"### {finding.operation} {finding.status or 'without an answer'}: {finding.rule} at {where}"
        yield from ("", f"{_plain(plain(problem(finding)))} (×{finding.count})", "")
        yield from (
            "```text",
            *_plain(finding.first.request, lines=True).split("\n"),
            "",
            _plain(finding.first.response),
        )
        yield from ("```", "")


def _plain(text: str, *, lines: bool = False) -> str:
    """Return a text that came from a provider without what would end a block of it or play tricks on terminals."""
    kept = "".join(
        each if each.isprintable() or (lines and each == "\n") else each.encode("unicode_escape").decode()
        for each in text
    )
    return kept.replace("```", "` ` `")
