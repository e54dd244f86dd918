"""The report for terminals and the logs of builds: plain text, coloured where asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

import click

from crm_contracts.reports.words import (
    chosen,
    nearest,
    place,
    safe,
    safe_lines,
    share,
    standing,
    summary,
    unused,
    whose,
)
from crm_contracts.verdict.coverage import OperationCoverage, OutcomeCount
from crm_contracts.verdict.findings import Broken, First
from crm_contracts.verdict.model import Verdict

_WIDTH: Final = 100
_COLOURS: Final = {"broken": "red", "kept": "green", "not checked": "yellow"}
_CURLS: Final = 10
"""Requests that are shown, each the first that broke some rule; the other reports show all."""


def render(verdict: Verdict, *, colour: bool = False, width: int = _WIDTH) -> str:
    """Return the verdict as text.

    Args:
        verdict: what to tell.
        colour: whether to use the escape codes of terminals.
        width: columns to keep to where words can be broken; at least 80 are used.
    """
    lines = "\n".join(_lines(verdict, max(width, 80)))
    return (lines if colour else click.unstyle(lines)) + "\n"


def _lines(verdict: Verdict, width: int) -> Iterator[str]:
    failing = verdict.failing
    head = click.style(f"Contract {verdict.word}", bold=True, fg=_COLOURS[verdict.word])
    yield f"{head}: {summary(verdict)}"
    for complaint in verdict.complaints:
        yield click.style(f"The run failed: {safe(complaint)}", fg="red")
    yield from _section("Broken", _broken(failing, width, _CURLS))
    known = [each for each in verdict.broken if not each.fails]
    yield from _section("Broken, but allowed or known", _broken(known, width, 0))
    yield from _section("Refused, without a fault of the client's", _refused(verdict))
    yield from _section("Notices", _notices(verdict, width))
    yield from _section("Queued answers that were not used up", (f"  {unused(each)}" for each in verdict.unused))
    yield from _section(
        "Allowed mistakes", (f"  {each.name}  {_times(each.count) or 'never made'}" for each in verdict.allowed)
    )
    yield from _section(
        "In the baseline, but broken no more",
        (
            f"  {safe(each.request) or f'{each.operation}  {place(each.location)}'}  {each.rule}"
            for each in verdict.paid
        ),
    )
    yield from _section(
        "Defects of the mock itself: please report them",
        (f"  {each.operation}: {safe(each.message)}  {_times(each.count)}" for each in verdict.defects),
    )
    yield ""
    yield from _coverage(verdict, width)


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a heading and its lines, or nothing if there are none."""
    for count, line in enumerate(lines):
        if not count:
            yield ""
            yield click.style(heading, bold=True)
        yield line


def _broken(broken: Iterable[Broken], width: int, curls: int) -> Iterator[str]:
    shown: set[First] = set()
    for each in broken:
        remark = standing(each)
        words = [click.style(whose(each), fg="cyan")]
        words += [] if each.request else [click.style(place(each.location), bold=True), each.rule]
        words += [_times(each.count), f"[{remark}]" if remark else ""]
        yield "  " + "  ".join(filter(None, words))
        yield _wrapped(safe(each.message), "      ", width)
        if each.near:
            yield _wrapped(f"most like: {nearest(each)}", "      ", width)
        if each.first in shown:
            yield click.style(f"      first in {each.first.id}, as above", dim=True)
        elif curls:
            yield from _first(each.first, shown=len(shown) < curls)
            shown.add(each.first)


def _first(first: First, *, shown: bool) -> Iterator[str]:
    answered = f", answered {first.answer}" if first.answer else ""
    hint = "" if shown else "; the request stands in the other reports"
    yield click.style(f"      first in {first.id}{answered}{hint}", dim=True)
    for line in safe_lines(first.request).split("\n") if first.request and shown else ():
        yield click.style(f"        {line}", dim=True)


def _refused(verdict: Verdict) -> Iterator[str]:
    for each in verdict.refused:
        yield f"  {click.style(each.operation, fg='cyan')}  {each.status} {each.outcome}".rstrip() + (
            f"  {_times(each.count)}"
        )


def _notices(verdict: Verdict, width: int) -> Iterator[str]:
    for each in verdict.notices:
        about = each.operation or each.vendor or "request"
        text = f"{about}  {place(each.location)}  {each.kind}  {_times(each.count)}: {safe(each.message)}"
        yield _wrapped(text, "  ", width, "      ")


def _coverage(verdict: Verdict, width: int) -> Iterator[str]:
    about = f"operations of {', '.join(verdict.vendors)}" if verdict.vendors else "operations called"
    yield click.style(f"Coverage of outcomes: {share(verdict.coverage)}, of the {about}", bold=True)
    if verdict.member_coverage.total:
        yield (
            f"  beside it: request members {share(verdict.member_coverage)}, "
            f"enum values {share(verdict.value_coverage)}"
        )
    counted = verdict.counted
    longest = max((len(each.key) for each in counted), default=0)
    for each in counted:
        covered = each.coverage
        colour = "green" if covered.covered == covered.total else "yellow"
        bar = click.style(f"{covered.covered:>3} of {covered.total:<3} {covered.percent:5.1f} %", fg=colour)
        yield f"  {click.style(each.key.ljust(longest), fg='cyan')}  {bar}"
    for each in counted:
        yield ""
        yield from _operation(each, width)


def _operation(operation: OperationCoverage, width: int) -> Iterator[str]:
    yield f"  {click.style(operation.key, fg='cyan')}  {operation.method} {operation.path}"
    colours: dict[str, dict[str, Any]] = {
        "covered": {"fg": "green"},
        "not tested": {"fg": "yellow"},
        "not documented": {"fg": "red"},
        "protocol": {"dim": True},
    }
    for word, style in colours.items():
        outcomes = [each for each in operation.outcomes if each.word == word]
        if outcomes:
            text = _wrapped(_listed(outcomes), f"    {word:<15}", width, " " * 19)
            yield text.replace(word, click.style(word, **style), 1)
    if operation.faults:
        faults = ", ".join(f"{name} {_times(count)}" for name, count in operation.faults.items())
        yield f"    {'faults':<15}{faults}"
    if operation.members:
        values = operation.value_coverage
        beside = f", enum values {values.covered} of {values.total}" if values.total else ""
        members = operation.member_coverage
        yield f"    {'members':<15}{members.covered} of {members.total}{beside}"


def _listed(outcomes: list[OutcomeCount]) -> str:
    groups = []
    for status, found in groupby(outcomes, key=lambda each: each.status):
        names = ", ".join(f"{each.name} {chosen(each) if each.counts else ''}".strip() for each in found)
        groups.append(f"{status} {names}")
    return "; ".join(groups)


def _times(count: int) -> str:
    return f"×{count}" if count else ""


def _wrapped(text: str, indent: str, width: int, rest: str | None = None) -> str:
    return click.wrap_text(text, width, indent, indent if rest is None else rest)
