"""The report for a comment on a pull request: short, the details folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crm_contracts.reports.words import nearest, place, safe, safe_lines, share, standing, summary, unused, whose
from crm_contracts.verdict.findings import Broken, First
from crm_contracts.verdict.model import Verdict

_SHOWN: Final = 20
"""Rows of a table: a comment has at most 65,536 characters on GitHub."""
_SHOWN_REQUESTS: Final = 5
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|~#&@])")


def render(verdict: Verdict) -> str:
    """Return the verdict as Markdown, in GitHub's dialect."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    mark = "✅" if verdict.word == "kept" and not verdict.complaints else "❌"
    yield f"### {mark} CRM contract {verdict.word}"
    yield ""
    yield f"{summary(verdict)[:1].upper()}{summary(verdict)[1:]}."
    for complaint in verdict.complaints:
        yield f"❌ {_plain(complaint)}"
        yield ""
    yield f"Coverage: **{share(verdict.coverage)}** outcomes; members {share(verdict.member_coverage)}."
    if verdict.failing:
        yield from _broken(verdict.failing)
    if verdict.counted:
        yield from _coverage(verdict)
    yield from _folded("Broken, but allowed or known", [_line(each) for each in verdict.broken if not each.fails])
    yield from _folded(
        "Notices",
        [
            f"{_plain(each.operation or each.vendor)} {_code(place(each.location))} {each.kind}: {_plain(each.message)}"
            for each in verdict.notices
        ],
    )
    yield from _folded("Queued answers that were not used up", [_plain(unused(each)) for each in verdict.unused])
    yield from _folded(
        "Defects of the mock itself", [f"{_plain(each.operation)}: {_plain(each.message)}" for each in verdict.defects]
    )


def _broken(failing: tuple[Broken, ...]) -> Iterator[str]:
    yield from ("", "| operation | where | rule | what was expected | times |", "| --- | --- | --- | --- | ---: |")
    for each in failing[:_SHOWN]:
        wanted = _plain(each.message) + (f"; most like {_plain(nearest(each))}" if each.near else "")
        where = "" if each.request else _code(place(each.location))
        yield f"| {_plain(whose(each))} | {where} | {each.rule} | {wanted} | {each.count - each.allowed} |"
    if len(failing) > _SHOWN:
        yield from ("", f"… and {len(failing) - _SHOWN} more.")
    yield from _requests(failing)


def _requests(failing: tuple[Broken, ...]) -> Iterator[str]:
    """Yield requests with the rules that they were the first to break."""
    rules: dict[First, list[str]] = {}
    for each in failing:
        if each.first.request:
            where = [] if each.request else [_code(place(each.location)), each.rule]
            rules.setdefault(each.first, []).append(" ".join((_plain(whose(each)), *where)))
    for number, (first, broken) in enumerate(list(rules.items())[:_SHOWN_REQUESTS]):
        if not number:
            yield from ("", "<details><summary>First requests</summary>")
        yield from ("", f"{_plain(first.id)}: {', '.join(broken)}", "")
        yield from _block(safe_lines(first.request))
    if rules:
        yield from ("", "</details>")


def _coverage(verdict: Verdict) -> Iterator[str]:
    yield from ("", "<details><summary>Coverage by operation</summary>", "")
    yield from ("| operation | covered | not tested |", "| --- | ---: | --- |")
    for operation in verdict.counted:
        missing = [each.label for each in operation.outcomes if each.word == "not tested"]
        shown = ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
        covered = operation.coverage
        yield f"| {_plain(operation.key)} | {covered.covered} of {covered.total} | {_plain(shown)} |"
    yield from ("", "</details>")


def _folded(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"<details><summary>{heading} ({len(lines)})</summary>", "")
        yield from (f"- {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield f"- … and {len(lines) - _SHOWN} more"
        yield from ("", "</details>")


def _line(broken: Broken) -> str:
    return f"{_plain(whose(broken))} {_code(place(broken.location))} {broken.rule} ×{broken.count}, {standing(broken)}"


def _plain(text: str) -> str:
    """Return a text so that nothing in it is taken for Markdown, HTML or the mention of a person."""
    return _SPECIAL.sub(r"\\\1", safe(text)).replace("\\@", "@\u200b").replace("\\_", "_")


def _code(text: str) -> str:
    """Return a text as code that may stand in a table."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|")


def _block(text: str) -> Iterator[str]:
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    yield from (f"{fence}sh", text, fence)
