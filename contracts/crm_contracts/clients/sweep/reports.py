"""The matrix of a sweep: for a terminal, a build server, a browser, a program, and a pull-request comment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from importlib import resources
from xml.sax.saxutils import escape as xml_text
from xml.sax.saxutils import quoteattr

from crm_contracts.reports.words import safe, safe_lines
from crm_contracts.clients.sweep.model import SweepResult, SweepOutcome
from crm_contracts.clients.sweep.words import run, summary, word
from crm_contracts.clients.words import plain

OFTEN = ("once", "always")
_ABSENT = "-"


def render(sweep: SweepOutcome, format: str) -> str:
    """Return a sweep as a report.

    Args:
        sweep: what to tell.
        format: `terminal`, `json`, `junit`, `html` or `markdown`.
    """
    return _FORMATS[format](sweep)


def _terminal(sweep: SweepOutcome) -> str:
    lines = [baseline(sweep.baseline)]
    for operation in sweep.operations:
        rows = [(label, *(_in_words(cells.get(often)) for often in OFTEN)) for label, cells in sweep.rows(operation)]
        table = [("given", *OFTEN), *rows]
        widths = [max(len(row[column]) for row in table) for column in range(2)]
        lines += ["", operation]
        lines += [f"  {label:{widths[0]}}  {once:{widths[1]}}  {always}".rstrip() for label, once, always in table]
    if sweep.failing:
        lines += ["", "Failed", *_failed(sweep)]
    if sweep.complaint:
        lines += [f"      {line}" for line in _output(sweep.baseline.output)]
    if sweep.notes:
        lines += ["", "Notes", *(f"  {note}" for note in sweep.notes)]
    return "\n".join([*lines, "", summary(sweep)]) + "\n"


def _failed(sweep: SweepOutcome) -> Iterator[str]:
    """Yield what went wrong, said once for all that it went wrong with."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for cell in sweep.failing:
        key = (cell.given.operation, "; ".join(cell.failures), cell.run.output)
        alike.setdefault(key, []).append(f"{cell.given.label}, {cell.given.often}")
    for (operation, failures, output), given in alike.items():
        yield f"  {operation}: {failures}"
        yield from (f"    given {each}" for each in given)
        yield from (f"        {line}" for line in _output(output))


def _in_words(cell: SweepResult | None) -> str:
    return _ABSENT if cell is None else f"{word(cell):6} {run(cell)}"


def _output(text: str) -> list[str]:
    return safe_lines(text).split("\n") if text else []


def _markdown(sweep: SweepOutcome) -> str:
    lines = [f"### {'❌' if sweep.exit_code else '✅'} {summary(sweep)}", "", baseline(sweep.baseline)]
    for operation in sweep.operations:
        lines += ["", f"**{operation}**", "", "| given | once | always |", "| --- | --- | --- |"]
        for label, cells in sweep.rows(operation):
            shown = (_in_markdown(cells.get(often)) for often in OFTEN)
            lines.append(f"| {label} | {' | '.join(shown)} |")
    if sweep.complaint:
        lines += ["", *(f"    {line}" for line in _output(sweep.baseline.output))]
    if sweep.notes:
        lines += ["", *(f"- {note}" for note in sweep.notes)]
    return "\n".join(lines) + "\n"


def _in_markdown(cell: SweepResult | None) -> str:
    if cell is None:
        return ""
    why = "" if cell.survived else f": {'; '.join(cell.failures)}"
    return f"{'✅' if cell.survived else '❌'} {run(cell)}{why}"


def _junit(sweep: SweepOutcome) -> str:
    failures = len(sweep.failing) + bool(sweep.complaint)
    tests = len(sweep.cells) + bool(sweep.complaint)
    numbers = f'name="crm-mocks sweep" tests="{tests}" failures="{failures}" errors="0" skipped="0"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {numbers}>", f"  <testsuite {numbers}>"]
    if sweep.complaint:
        lines += [
            '    <testcase classname="sweep" name="the plain run" time="0">',
            f"      <failure message={quoteattr(safe(sweep.complaint))}>{_xml_output(sweep.baseline.output)}</failure>",
            "    </testcase>",
        ]
    for cell in sweep.cells:
        lines += _case(cell)
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"]) + "\n"


def _case(cell: SweepResult) -> Iterator[str]:
    given = cell.given
    name = quoteattr(f"{given.label}, {given.often}")
    yield f'    <testcase classname="{given.operation}" name={name} time="{cell.run.seconds:.3f}">'
    if not cell.survived:
        message = quoteattr("; ".join(cell.failures))
        yield f"      <failure message={message}>{_xml_output(cell.run.output)}</failure>"
    yield f"      <system-out>{xml_text(run(cell))}</system-out>"
    yield "    </testcase>"


def _xml_output(text: str) -> str:
    return xml_text("\n".join(_output(text)))


def _html(sweep: SweepOutcome) -> str:
    style = resources.files("crm_contracts.reports").joinpath("page.css").read_text(encoding="utf-8")
    kind = "bad" if sweep.exit_code else "good"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        "<title>crm-mocks sweep</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        f'<h1 class="{kind}">{escape(summary(sweep))}</h1>',
        f"<p>{escape(baseline(sweep.baseline))}</p>",
    ]
    for operation in sweep.operations:
        lines += [f"<h2><code>{escape(operation)}</code></h2>", "<table>"]
        lines.append("<thead><tr><th>given</th><th>once</th><th>always</th></tr></thead><tbody>")
        for label, cells in sweep.rows(operation):
            shown = "".join(_in_html(cells.get(often)) for often in OFTEN)
            lines.append(f"<tr><td><code>{escape(label)}</code></td>{shown}</tr>")
        lines.append("</tbody></table>")
    if sweep.complaint:
        lines.append(f"<pre>{_html_output(sweep.baseline.output)}</pre>")
    if sweep.notes:
        lines.append(f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in sweep.notes)}</ul>")
    return "\n".join([*lines, "</main>", "</body>", "</html>"]) + "\n"


def _in_html(cell: SweepResult | None) -> str:
    if cell is None:
        return "<td></td>"
    kind = "good" if cell.survived else "bad"
    parts = [f'<td><b class="{kind}">{word(cell)}</b> {escape(run(cell))}']
    if not cell.survived:
        output = _html_output(cell.run.output)
        parts.append(f"<br>{escape('; '.join(cell.failures))}")
        parts.append(f"<details><summary>output</summary><pre>{output}</pre></details>" if output else "")
    return "".join([*parts, "</td>"])


def _html_output(text: str) -> str:
    return escape("\n".join(_output(text)))


def _json(sweep: SweepOutcome) -> str:
    return json.dumps(sweep.as_json(), indent=2, ensure_ascii=False) + "\n"


_FORMATS = {"terminal": _terminal, "json": _json, "junit": _junit, "html": _html, "markdown": _markdown}
