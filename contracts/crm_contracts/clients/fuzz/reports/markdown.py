"""The report for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.clients.fuzz import words
from crm_contracts.clients.fuzz.model import FuzzOutcome, Weakness
from crm_contracts.reports.parts.markdown import SHOWN, code, folded, plain
from crm_contracts.reports.words import safe_lines
from crm_contracts.clients.words import plain as plain_run

_SHOWN_OUTPUT = 2_000


def render(fuzz: FuzzOutcome) -> str:
    """Return the report, in GitHub's dialect."""
    return "\n".join(_lines(fuzz)) + "\n"


def _lines(fuzz: FuzzOutcome) -> Iterator[str]:
    yield f"### {'❌' if fuzz.exit_code else '✅'} {baseline(words.summary(fuzz))}"
    yield from ("", baseline(plain_run(fuzz.baseline)))
    if fuzz.runs:
        yield from ("", baseline(words.speed(fuzz)))
    if fuzz.complaint and fuzz.output:
        yield from _output(fuzz.output)
    for each in fuzz.weaknesses[:SHOWN]:
        yield from _weakness(each)
    if len(fuzz.weaknesses) > SHOWN:
        yield from ("", f"… and {len(fuzz.weaknesses) - SHOWN} more")
    yield from folded("Flaky", [baseline(words.flakiness(each)) for each in fuzz.flaky])
    yield from folded("Survived by now", [baseline(each.case.unusual) for each in fuzz.survived])
    for operation in fuzz.operations:
        yield from _operation(fuzz, operation)
    if fuzz.notes:
        yield from ("", *(f"- {baseline(note)}" for note in fuzz.notes))


def _weakness(weakness: Weakness) -> Iterator[str]:
    yield from ("", f"**{baseline(weakness.name)}**: {baseline(words.given(weakness))}", "")
    yield from (f"- {baseline(failure)}" for failure in weakness.result.failures)
    yield f"- {baseline(words.standing(weakness))}"
    if weakness.path is not None:
        yield f"- {code(str(weakness.path))}"
    if weakness.result.run.output:
        yield from ("", "<details><summary>what it printed</summary>")
        yield from (*_output(weakness.result.run.output), "", "</details>")


def _output(printed: str) -> Iterator[str]:
    yield ""
    yield from (f"    {line}" for line in safe_lines(printed[-_SHOWN_OUTPUT:]).split("\n"))


def _operation(fuzz: FuzzOutcome, operation: str) -> Iterator[str]:
    statuses, rows = words.table(fuzz, operation)
    yield from ("", f"<details><summary>{operation}: {words.reads(fuzz, operation)}</summary>", "")
    yield f"| given | {' | '.join(map(str, statuses))} |"
    yield f"| --- |{' --- |' * len(statuses)}"
    for kind, row in rows.items():
        yield f"| {kind} | {' | '.join(words.cell(row.get(status)) for status in statuses)} |"
    yield from ("", "</details>")
