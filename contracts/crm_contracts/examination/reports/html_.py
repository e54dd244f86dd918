"""The report for a browser: one page that needs nothing else, light or dark as its reader likes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_contracts.examination.findings import Finding, Side
from crm_contracts.examination.model import Examination
from crm_contracts.examination.reports.words import (
    BROKEN_BY,
    REFUSED,
    STRAYS,
    WORDS,
    first,
    nearest,
    noticed,
    strayed,
    summary,
    times,
    title,
    where,
    whose,
)
from crm_contracts.examination.statuses import CONFIRMED, CONTRADICTED, NOT_REACHED, OperationExamined, StatusSeen
from crm_contracts.reports.parts.html_ import code, item, page, request, section, text
from crm_contracts.reports.words import safe

_CLASSES: Final = {CONFIRMED: "covered", CONTRADICTED: "not-documented", NOT_REACHED: "not-tested"}
"""Classes of the style sheet by what was found of a status."""


def render(examination: Examination) -> str:
    """Return the examination as an HTML page."""
    return page(f"CRM contract {examination.word}", _body(examination))


def _body(examination: Examination) -> Iterator[str]:
    yield from _header(examination)
    for side in Side:
        yield from section(BROKEN_BY[side], map(_finding, examination.findings_of(side)))
    yield from _statuses(examination)
    refused = (item(f"{code(each.operation)} {each.status} {times(each.count)}") for each in examination.refused)
    yield from section(REFUSED, refused)
    yield from section("Notices", (item(text(noticed(each))) for each in examination.notices))
    yield from section(STRAYS, (item(text(strayed(each))) for each in examination.strays))
    yield "<footer><p>Contracts in force, by SHA-256:</p><ul>"
    yield from (item(f"{text(name)} {code(digest[:16])}") for name, digest in examination.contracts.items())
    yield "</ul></footer>"


def _header(examination: Examination) -> Iterator[str]:
    kind = "good" if examination.word == "kept" else "bad"
    yield "<header>"
    yield f'<h1>CRM contract <strong class="{kind}">{examination.word}</strong></h1>'
    yield f"<p>{text(title(examination))}</p>"
    yield f"<p>{text(summary(examination))}.</p>"
    yield from (f"<p><strong>{text(each)}</strong></p>" for each in examination.complaints)
    yield '<dl class="figures">'
    yield from (f"<div><dt>statuses {word}</dt><dd>{examination.statuses(word)}</dd></div>" for word in WORDS)
    yield "</dl>"
    yield "</header>"


def _finding(finding: Finding) -> str:
    place = "" if finding.request else f" {code(where(finding))} <em>{text(finding.rule)}</em>"
    near = f"<p>Most like: {text(nearest(finding.near))}</p>" if finding.near else ""
    return (
        f'<li class="broken"><p><b>{code(whose(finding))}</b>{place} {times(finding.count)}</p>'
        f"<p>{text(finding.message)}</p>{near}{request(text(first(finding.first)), finding.first.request)}</li>"
    )


def _statuses(examination: Examination) -> Iterator[str]:
    yield from ("<section>", "<h2>Statuses of the operations</h2>")
    for each in examination.operations:
        yield from _operation(each)
    yield "</section>"


def _operation(operation: OperationExamined) -> Iterator[str]:
    yield "<details open>" if operation.count else "<details>"
    about = f"{operation.method} {operation.path} {times(operation.count)}"
    yield f"<summary>{code(operation.key)} <span>{text(about)}</span></summary>"
    yield "<table><thead><tr><th>status</th><th>times</th><th>found</th><th>last</th></tr></thead><tbody>"
    yield from map(_status, operation.counted)
    yield "</tbody></table></details>"


def _status(seen: StatusSeen) -> str:
    remark = "" if seen.documented else " (not documented)"
    times_ = f"{seen.count}, {seen.contradicted} of them contradict" if seen.contradicted else str(seen.count or "")
    return (
        f'<tr class="{_CLASSES[seen.word]}"><td>{seen.status}{remark}</td><td>{times_}</td>'
        f"<td>{seen.word}</td><td>{text(safe(seen.date))}</td></tr>"
    )
