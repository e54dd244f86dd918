"""The report for a browser: one page that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from crm_contracts.clients.fuzz import words
from crm_contracts.clients.fuzz.model import FuzzOutcome, Weakness
from crm_contracts.reports.parts.html_ import code, item, page, section, text
from crm_contracts.reports.words import safe_lines
from crm_contracts.clients.words import plain


def render(fuzz: FuzzOutcome) -> str:
    """Return the report."""
    return page("crm-mocks fuzz", _body(fuzz))


def _body(fuzz: FuzzOutcome) -> Iterator[str]:
    kind = "bad" if fuzz.exit_code else "good"
    yield "<header>"
    yield f'<h1 class="{kind}">{text(words.summary(fuzz))}</h1>'
    yield f"<p>{text(baseline(fuzz.baseline))}</p>"
    if fuzz.runs:
        yield f"<p>{text(words.speed(fuzz))}</p>"
    yield "</header>"
    if fuzz.complaint and fuzz.output:
        yield _output(fuzz.output)
    if fuzz.weaknesses:
        yield from ("<section>", "<h2>Broken by</h2>", "<ul>", *map(_weakness, fuzz.weaknesses), "</ul>", "</section>")
    yield from section("Flaky", (item(text(words.flakiness(each))) for each in fuzz.flaky))
    yield from section("Survived by now", (item(text(each.case.unusual)) for each in fuzz.survived))
    for operation in fuzz.operations:
        yield from _operation(fuzz, operation)
    yield from section("Notes", (item(text(note)) for note in fuzz.notes))


def _weakness(weakness: Weakness) -> str:
    failures = "".join(f"<p>{text(each)}</p>" for each in weakness.result.failures)
    files = ", ".join(code(str(path)) for path in (weakness.path, weakness.test) if path is not None)
    queued = json.dumps(weakness.result.case.as_queued(), indent=2, ensure_ascii=False)
    parts = [
        f"<p><b>{text(weakness.name)}</b>: {text(words.given(weakness))}</p>",
        failures,
        f"<p><small>{text(words.standing(weakness))}</small></p>",
        f"<p>{files}</p>" if files else "",
        f"<details><summary>what it printed</summary>{_output(weakness.result.run.output)}</details>",
        f"<details><summary>the answer</summary>{_output(queued)}</details>",
    ]
    return f'<li class="broken">{"".join(parts)}</li>'


def _operation(fuzz: FuzzOutcome, operation: str) -> Iterator[str]:
    statuses, rows = words.table(fuzz, operation)
    yield from ("<section>", f"<h2>{code(operation)}</h2>", f"<p>{text(words.reads(fuzz, operation))}</p>", "<table>")
    heads = "".join(f"<th>{status}</th>" for status in statuses)
    yield f"<thead><tr><th>given</th>{heads}</tr></thead><tbody>"
    for kind, row in rows.items():
        cells = "".join(f"<td>{_cell(row, status)}</td>" for status in statuses)
        yield f"<tr><td>{text(kind)}</td>{cells}</tr>"
    yield from ("</tbody></table>", "</section>")


def _cell(row: words.Row, status: int) -> str:
    counts = row.get(status)
    shown = text(words.cell(counts))
    return f'<b class="bad">{shown}</b>' if counts is not None and counts.broke else shown


def _output(printed: str) -> str:
    lines = "\n".join(text(line) for line in safe_lines(printed).split("\n"))
    return f"<pre>{lines}</pre>"
