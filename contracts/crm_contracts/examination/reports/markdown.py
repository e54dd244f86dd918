"""The report for a comment on a pull request: short, the details folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_contracts.examination.findings import Finding, Side
from crm_contracts.examination.model import Examination
from crm_contracts.examination.reports.words import (
    BROKEN_BY,
    REFUSED,
    STRAYS,
    counts,
    first,
    listed,
    nearest,
    noticed,
    strayed,
    summary,
    times,
    title,
    where,
    whose,
)
from crm_contracts.examination.statuses import CONFIRMED, CONTRADICTED, NOT_REACHED
from crm_contracts.reports.parts.markdown import SHOWN, block, code, folded, plain
from crm_contracts.reports.words import safe_lines

_SHOWN_REQUESTS: Final = 5


def render(examination: Examination) -> str:
    """Return the examination as Markdown, in GitHub's dialect."""
    return "\n".join(_lines(examination)) + "\n"


def _lines(examination: Examination) -> Iterator[str]:
    mark = "✅" if examination.word == "kept" and not examination.complaints else "❌"
    yield f"### {mark} CRM contract {examination.word}"
    yield ""
    yield f"{plain(title(examination))}. {summary(examination)[:1].upper()}{summary(examination)[1:]}."
    for complaint in examination.complaints:
        yield from ("", f"❌ {plain(complaint)}")
    for side in Side:
        yield from _findings(BROKEN_BY[side], examination.findings_of(side))
    yield from _statuses(examination)
    yield from folded(
        REFUSED, [f"{plain(each.operation)} {each.status} {times(each.count)}" for each in examination.refused]
    )
    yield from folded("Notices", [plain(noticed(each)) for each in examination.notices])
    yield from folded(STRAYS, [plain(strayed(each)) for each in examination.strays])


def _findings(heading: str, findings: tuple[Finding, ...]) -> Iterator[str]:
    if not findings:
        return
    yield from ("", f"**{heading}**", "")
    yield from ("| operation | where | rule | what was expected | times |", "| --- | --- | --- | --- | ---: |")
    for each in findings[:SHOWN]:
        wanted = plain(each.message) + (f"; most like {plain(nearest(each.near))}" if each.near else "")
        place = "" if each.request else code(where(each))
        yield f"| {plain(whose(each))} | {place} | {each.rule} | {wanted} | {each.count} |"
    if len(findings) > SHOWN:
        yield from ("", f"… and {len(findings) - SHOWN} more.")
    yield from _requests(findings)


def _requests(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Yield requests with the rules that were first broken in them."""
    rules: dict[tuple[str, str], list[str]] = {}
    for each in findings:
        about = [] if each.request else [code(where(each)), each.rule]
        key = (first(each.first), each.first.request)
        rules.setdefault(key, []).append(" ".join((plain(whose(each)), *about)))
    yield from ("", "<details><summary>First exchanges</summary>")
    for (story, request), broken in list(rules.items())[:_SHOWN_REQUESTS]:
        yield from ("", f"{', '.join(broken)}: {plain(story)}", "")
        yield from block(safe_lines(request))
    yield from ("", "</details>")


def _statuses(examination: Examination) -> Iterator[str]:
    yield from ("", f"<details><summary>Statuses: {counts(examination)}</summary>", "")
    yield from ("| operation | confirmed | contradicted | not reached |", "| --- | --- | --- | --- |")
    for each in examination.operations:
        cells = (plain(listed(each, word)) for word in (CONFIRMED, CONTRADICTED, NOT_REACHED))
        yield f"| {plain(each.key)} | {' | '.join(cells)} |"
    yield from ("", "</details>")
