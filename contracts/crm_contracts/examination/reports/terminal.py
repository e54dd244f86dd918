"""The report for terminals and the logs of builds: plain text, coloured where asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import click

from crm_contracts.examination.findings import Finding, Shown, Side
from crm_contracts.examination.model import Examination
from crm_contracts.examination.reports.words import (
    BROKEN_BY,
    REFUSED,
    STRAYS,
    WORDS,
    counts,
    first,
    listed,
    nearest,
    noticed,
    origin,
    strayed,
    summary,
    times,
    title,
    where,
    whose,
)
from crm_contracts.examination.statuses import OperationExamined
from crm_contracts.reports.words import safe, safe_lines

_WIDTH: Final = 100
_COLOURS: Final = {"broken": "red", "kept": "green", "not checked": "yellow"}
_OF_WORDS: Final = dict(zip(WORDS, ("green", "red", "yellow"), strict=True))
_CURLS: Final = 10
"""Requests that are shown, each the first that some rule was broken in; the other reports show all."""

_STRAYS: Final = 20


def render(examination: Examination, *, colour: bool = False, width: int = _WIDTH) -> str:
    """Return the examination as text.

    Args:
        examination: what to tell.
        colour: whether to use the escape codes of terminals.
        width: columns to keep to where words can be broken; at least 80 are used.
    """
    lines = "\n".join(_lines(examination, max(width, 80)))
    return (lines if colour else click.unstyle(lines)) + "\n"


def _lines(examination: Examination, width: int) -> Iterator[str]:
    yield click.style(title(examination), bold=True)
    word = examination.word
    yield f"{click.style(f'Contract {word}', bold=True, fg=_COLOURS[word])}: {summary(examination)}"
    for complaint in examination.complaints:
        yield click.style(safe(complaint), fg="red")
    for side in Side:
        yield from _section(BROKEN_BY[side], _findings(examination.findings_of(side), width))
    refused = (
        f"  {click.style(each.operation, fg='cyan')}  {each.status}  {times(each.count)}"
        for each in examination.refused
    )
    yield from _section(REFUSED, refused)
    yield from _section("Notices", (_wrapped(noticed(each), "  ", width) for each in examination.notices))
    yield from _section(STRAYS, _strays(examination, width))
    yield ""
    yield from _statuses(examination, width)


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a heading and its lines, or nothing if there are none."""
    for count, line in enumerate(lines):
        if not count:
            yield ""
            yield click.style(heading, bold=True)
        yield line


def _findings(findings: Iterable[Finding], width: int) -> Iterator[str]:
    shown: set[str] = set()
    for each in findings:
        words = [click.style(whose(each), fg="cyan")]
        words += [] if each.request else [click.style(where(each), bold=True), each.rule]
        yield "  " + "  ".join((*words, times(each.count)))
        yield _wrapped(safe(each.message), "      ", width)
        if each.near:
            yield _wrapped(f"most like: {nearest(each.near)}", "      ", width)
        yield from _first(each.first, shown)


def _first(about: Shown, shown: set[str]) -> Iterator[str]:
    if about.request in shown:
        yield click.style(f"      {origin(about)}, as above", dim=True)
        return
    is_room = len(shown) < _CURLS
    hint = "" if is_room else "; the request stands in the other reports"
    yield click.style(f"      {first(about)}{hint}", dim=True)
    if is_room:
        shown.add(about.request)
        for line in safe_lines(about.request).split("\n"):
            yield click.style(f"        {line}", dim=True)


def _strays(examination: Examination, width: int) -> Iterator[str]:
    strays = examination.strays
    yield from (_wrapped(strayed(each), "  ", width) for each in strays[:_STRAYS])
    if len(strays) > _STRAYS:
        yield f"  … and {len(strays) - _STRAYS} more, which the other reports show"


def _statuses(examination: Examination, width: int) -> Iterator[str]:
    yield click.style(f"Statuses: {counts(examination)}", bold=True)
    for each in examination.operations:
        if each.count or len(examination.vendors) == 1:
            yield from _operation(each, width)
    if len(examination.vendors) > 1:
        rest = ", ".join(each.key for each in examination.operations if not each.count)
        yield from [_wrapped(f"not called: {rest}", "  ", width)] if rest else []


def _operation(operation: OperationExamined, width: int) -> Iterator[str]:
    head = f"  {click.style(operation.key, fg='cyan')}  {operation.method} {operation.path}"
    yield f"{head}  {times(operation.count)}" if operation.count else f"{head}  not called"
    for word in WORDS if operation.count else ():
        text = listed(operation, word)
        if text:
            line = click.wrap_text(text, width, f"    {word:<15}", " " * 19)
            yield line.replace(word, click.style(word, fg=_OF_WORDS[word]), 1)


def _wrapped(text: str, indent: str, width: int) -> str:
    return click.wrap_text(text, width, indent, f"{indent}    " if indent == "  " else indent)
