"""The report for a comment on a pull request: short, the details folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_contracts.reports.parts.markdown import SHOWN, block, code, folded, plain
from crm_contracts.reports.words import nearest, place, safe_lines, share, standing, summary, unused, whose
from crm_contracts.verdict.findings import Broken, First
from crm_contracts.verdict.model import Verdict

_SHOWN_REQUESTS: Final = 5


def render(verdict: Verdict) -> str:
    """Return the verdict as Markdown, in GitHub's dialect."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    mark = "✅" if verdict.word == "kept" and not verdict.complaints else "❌"
    yield f"### {mark} CRM contract {verdict.word}"
    yield ""
    yield f"{summary(verdict)[:1].upper()}{summary(verdict)[1:]}."
    for complaint in verdict.complaints:
        yield f"❌ {plain(complaint)}"
        yield ""
    yield f"Coverage: **{share(verdict.coverage)}** outcomes; members {share(verdict.member_coverage)}."
    if verdict.failing:
        yield from _broken(verdict.failing)
    if verdict.counted:
        yield from _coverage(verdict)
    yield from folded("Broken, but allowed or known", [_line(each) for each in verdict.broken if not each.fails])
    yield from folded(
        "Notices",
        [
            f"{plain(each.operation or each.vendor)} {code(place(each.location))} {each.kind}: {plain(each.message)}"
            for each in verdict.notices
        ],
    )
    yield from folded("Queued answers that were not used up", [plain(unused(each)) for each in verdict.unused])
    yield from folded(
        "Defects of the mock itself", [f"{plain(each.operation)}: {plain(each.message)}" for each in verdict.defects]
    )


def _broken(failing: tuple[Broken, ...]) -> Iterator[str]:
    yield from ("", "| operation | where | rule | what was expected | times |", "| --- | --- | --- | --- | ---: |")
    for each in failing[:SHOWN]:
        wanted = plain(each.message) + (f"; most like {plain(nearest(each))}" if each.near else "")
        where = "" if each.request else code(place(each.location))
        yield f"| {plain(whose(each))} | {where} | {each.rule} | {wanted} | {each.count - each.allowed} |"
    if len(failing) > SHOWN:
        yield from ("", f"… and {len(failing) - SHOWN} more.")
    yield from _requests(failing)


def _requests(failing: tuple[Broken, ...]) -> Iterator[str]:
    """Yield requests with the rules that they were the first to break."""
    rules: dict[First, list[str]] = {}
    for each in failing:
        if each.first.request:
            where = [] if each.request else [code(place(each.location)), each.rule]
            rules.setdefault(each.first, []).append(" ".join((plain(whose(each)), *where)))
    for number, (first, broken) in enumerate(list(rules.items())[:_SHOWN_REQUESTS]):
        if not number:
            yield from ("", "<details><summary>First requests</summary>")
        yield from ("", f"{plain(first.id)}: {', '.join(broken)}", "")
        yield from block(safe_lines(first.request))
    if rules:
        yield from ("", "</details>")


def _coverage(verdict: Verdict) -> Iterator[str]:
    yield from ("", "<details><summary>Coverage by operation</summary>", "")
    yield from ("| operation | covered | not tested |", "| --- | ---: | --- |")
    for operation in verdict.counted:
        missing = [each.label for each in operation.outcomes if each.word == "not tested"]
        shown = ", ".join(missing[:SHOWN]) + (f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else "")
        covered = operation.coverage
        yield f"| {plain(operation.key)} | {covered.covered} of {covered.total} | {plain(shown)} |"
    yield from ("", "</details>")


def _line(broken: Broken) -> str:
    return f"{plain(whose(broken))} {code(place(broken.location))} {broken.rule} ×{broken.count}, {standing(broken)}"
