"""The renderer for pull request comments: GitHub-flavoured Markdown with collapsed details."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    CodeBlock,
    Fact,
    FactList,
    FindingItem,
    Paragraph,
    Report,
    ReportSection,
    Table,
    TableCell,
)
from crm_contracts.report.spans import Code, Link, Reference, Strong, Text, Tone, spans
from crm_contracts.report.text import ZERO_WIDTH_SPACE, safe, safe_lines, without_log_commands

_MAX_LENGTH: Final = 65_536
"""Maximum number of characters of a comment on GitHub."""
_SPECIAL: Final = re.compile(r"([\\`*{}\[\]<>|~#&])")
_SYMBOLS: Final = {Tone.GOOD: "✅ ", Tone.BAD: "❌ "}
_VERDICT_SYMBOLS: Final = {Tone.GOOD: "✅", Tone.WARNING: "⚠️"}


@dataclass(frozen=True)
class _Limits:
    """How much of a report is shown.

    Attributes:
        rows: rows per table.
        items: items per list and findings per section.
        requests: commands that reproduce requests.
        output: characters per code block, from its end.
    """

    rows: int
    items: int
    requests: int
    output: int


_LIMITS: Final = (_Limits(200, 20, 5, 2_000), _Limits(50, 10, 3, 1_000), _Limits(20, 5, 1, 300), _Limits(5, 2, 0, 0))


def render(report: Report) -> str:
    """Return a report as Markdown, shortened to fit into a comment."""
    text = ""
    for limits in _LIMITS:
        text = without_log_commands("\n".join(_MarkdownRenderer(limits).report(report)) + "\n")
        if len(text) <= _MAX_LENGTH:
            break
    return text


def escaped(text: str) -> str:
    """Return a string with Markdown, HTML and mentions of users escaped."""
    return _no_mention(_SPECIAL.sub(r"\\\1", safe(text)))


def code(text: str) -> str:
    """Return a string as inline code."""
    if not text:
        return ""
    text = safe(text)
    fence = "`" * (_longest_run(text) + 1)
    padding = " " if "`" in text or text != text.strip() else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _no_mention(text: str) -> str:
    return text.replace("@", f"@{ZERO_WIDTH_SPACE}")


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _inline(text: Text, *, in_table: bool = False) -> str:
    """Return a text as Markdown. In a table, `|` ends a cell even in code."""
    parts = []
    for span in spans(text):
        match span:
            case str():
                parts.append(escaped(span))
            case Code():
                parts.append(code(span.text).replace("|", "\\|") if in_table else code(span.text))
            case Link() | Reference():
                parts.append(escaped(span.text))
            case Strong():
                parts.append(f"**{escaped(span.text)}**" if span.text.strip() else "")
    return "".join(parts).strip()


def _summary_line(text: Text) -> str:
    """Return a text as HTML, since Markdown is not rendered inside `<summary>`."""
    parts = []
    for span in spans(text):
        html = escape(safe(span if isinstance(span, str) else span.text), quote=False)
        html = _no_mention(html.replace("`", "&#96;"))
        parts.append(f"<code>{html}</code>" if isinstance(span, Code) else html)
    return "".join(parts)


def _folded(summary: Text, lines: list[str]) -> Iterator[str]:
    yield from ("", f"<details><summary>{_summary_line(summary)}</summary>", *lines, "", "</details>")


class _MarkdownRenderer:
    def __init__(self, limits: _Limits) -> None:
        self._limits = limits
        self._requests: set[str] = set()

    def report(self, report: Report) -> Iterator[str]:
        symbol = _VERDICT_SYMBOLS.get(report.verdict_tone, "❌")
        yield f"### {symbol} {escaped(report.headline)}"
        if report.subject:
            yield from ("", _inline(report.subject))
        for complaint in report.complaints:
            yield from ("", f"❌ {escaped(complaint)}")
        for text in report.introduction:
            yield from ("", _inline(text))
        if report.figures:
            yield from ("", "; ".join(f"{escaped(figure.label)}: **{figure.share}**" for figure in report.figures))
        for section in report.sections:
            yield from self._section(section)
        if report.metadata:
            yield from _folded("About this report", ["", *map(_fact, report.metadata)])

    def _section(self, section: ReportSection) -> Iterator[str]:
        lines = list(self._blocks(section.blocks))
        if not lines:
            return
        share = f" {section.figure.share}" if section.figure is not None else ""
        if section.folded:
            yield from _folded((*spans(section.heading), share), lines)
        else:
            yield from ("", f"#### {_inline((*spans(section.heading), share))}", *lines)

    def _blocks(self, blocks: tuple[Block, ...]) -> Iterator[str]:
        findings = 0
        for block in blocks:
            findings += isinstance(block, FindingItem)
            if not isinstance(block, FindingItem) or findings <= self._limits.items:
                yield from self._block(block)
        if findings > self._limits.items:
            yield from ("", f"… and {findings - self._limits.items} more")

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph():
                yield from ("", _inline(block.text))
            case BulletList():
                yield from self._items(block.items)
            case CodeBlock():
                yield from self._code(block)
            case FactList():
                yield from ("", *map(_fact, block.facts))
            case FindingItem():
                yield from self._finding(block)
            case Table():
                yield from self._table(block)
            case Alternatives():
                yield from self._blocks(block.brief)
            case ReportSection():
                yield from self._section(block)

    def _items(self, items: tuple[Text, ...]) -> Iterator[str]:
        if items:
            yield from ("", *(f"- {_inline(item)}" for item in items[: self._limits.items]))
        if len(items) > self._limits.items:
            yield f"- … and {len(items) - self._limits.items} more"

    def _finding(self, finding: FindingItem) -> Iterator[str]:
        remarks = f" {escaped(finding.remarks)}" if finding.remarks else ""
        yield from ("", f"**{_inline(finding.headline)}**{remarks}", "")
        if finding.message:
            yield f"- {_inline(finding.message)}"
        yield from map(_fact, finding.all_facts)
        yield from self._blocks(finding.blocks)

    def _code(self, block: CodeBlock) -> Iterator[str]:
        is_request = block.language == "sh"
        caption = block.caption
        if is_request and block.text in self._requests:
            yield from ("", f"{escaped(caption)}, as above")
            return
        if not block.text or (is_request and len(self._requests) >= self._limits.requests):
            yield from ("", escaped(caption)) if caption else ()
            return
        if is_request:
            self._requests.add(block.text)
        text = safe_lines(block.text if is_request else block.text[-self._limits.output :])
        fence = "`" * max(3, _longest_run(text) + 1)
        lines = ["", f"{fence}{block.language}", text, fence]
        if block.folded:
            yield from _folded(caption or "output", lines)
        else:
            yield from (*(("", escaped(caption)) if caption else ()), *lines)

    def _table(self, table: Table) -> Iterator[str]:
        yield from ("", f"| {' | '.join(map(escaped, table.columns))} |")
        yield f"| {' | '.join('---' for _ in table.columns)} |"
        yield from (f"| {' | '.join(map(_cell, row))} |" for row in table.rows[: self._limits.rows])
        if len(table.rows) > self._limits.rows:
            yield from ("", f"… and {len(table.rows) - self._limits.rows} more")


def _fact(fact: Fact) -> str:
    return f"- {escaped(fact.label)}: {_inline(fact.value)}"


def _cell(cell: TableCell) -> str:
    """Return a cell with its symbol, followed by the paragraphs of its details."""
    share = cell.figure.share if cell.figure is not None else ""
    text = " ".join(filter(None, (_inline(cell.text, in_table=True), share)))
    details = [_inline(block.text, in_table=True) for block in cell.details if isinstance(block, Paragraph)]
    return f"{_SYMBOLS.get(cell.tone, '')}{': '.join(filter(None, (text, *details)))}"
