"""The report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.clients.fuzz import words
from crm_contracts.clients.fuzz.model import FuzzOutcome, Weakness
from crm_contracts.reports.words import safe, safe_lines
from crm_contracts.clients.words import plain


def render(fuzz: FuzzOutcome) -> str:
    """Return the report."""
    lines = [baseline(fuzz.baseline)]
    if fuzz.runs:
        lines.append(words.speed(fuzz))
    for operation in fuzz.operations:
        lines += ["", *_operation(fuzz, operation)]
    if fuzz.weaknesses:
        lines += ["", "Broken by", *(line for each in fuzz.weaknesses for line in _weakness(each))]
    if fuzz.flaky:
        lines += ["", "Flaky", *(f"  {words.flakiness(each)}" for each in fuzz.flaky)]
    if fuzz.survived:
        lines += ["", "Survived by now", *(f"  {safe(each.case.unusual)}" for each in fuzz.survived)]
    if fuzz.complaint:
        lines += [f"      {line}" for line in _output(fuzz.output)]
    if fuzz.notes:
        lines += ["", "Notes", *(f"  {safe(note)}" for note in fuzz.notes)]
    return "\n".join([*lines, "", words.summary(fuzz)]) + "\n"


def _operation(fuzz: FuzzOutcome, operation: str) -> Iterator[str]:
    statuses, rows = words.table(fuzz, operation)
    yield f"{operation}: {words.reads(fuzz, operation)}"
    table = [("given", *map(str, statuses))]
    table += [(kind, *(words.cell(row.get(status)) for status in statuses)) for kind, row in rows.items()]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        yield f"  {'  '.join(f'{text:{width}}' for text, width in zip(row, widths, strict=True))}".rstrip()


def _weakness(weakness: Weakness) -> Iterator[str]:
    yield f"  {weakness.name}: {words.given(weakness)}"
    yield from (f"      {safe(failure)}" for failure in weakness.result.failures)
    yield f"      {words.standing(weakness)}"
    if weakness.path is not None:
        yield f"      {weakness.path}"
    yield from (f"        {line}" for line in _output(weakness.result.run.output))


def _output(text: str) -> list[str]:
    return safe_lines(text).split("\n") if text else []
