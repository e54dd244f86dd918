"""The renderer for terminals and build logs: plain text, optionally coloured."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text as Line

from crm_contracts.report.chart import Chart, sparkline
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
from crm_contracts.report.spans import Code, Link, Reference, Strong, Text, Tone, plain, spans
from crm_contracts.report.text import safe, safe_lines, without_log_commands

if TYPE_CHECKING:
    from rich.console import Console

WIDTH: Final = 100
_MIN_WIDTH: Final = 80
_SCREEN_LINES: Final = 40
"""Number of lines beyond which the verdict is repeated at the end."""
_MAX_REQUESTS: Final = 10
_MAX_ITEMS: Final = 20
_MAX_POINTS: Final = 50
_LABEL_WIDTH: Final = 14
_STYLES: Final = {
    Tone.NEUTRAL: "",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.WARNING: "yellow",
    Tone.QUIET: "dim",
}


def render(report: Report, *, colour: bool = False, width: int = WIDTH) -> str:
    """Return a report as text.

    Args:
        report: the report.
        colour: use terminal escape codes.
        width: maximum line length, at least 80; only words and table rows exceed it.
    """
    lines = list(_TerminalRenderer(max(width, _MIN_WIDTH)).report(report))
    if not colour:
        return without_log_commands("\n".join(line.plain.rstrip() for line in lines)) + "\n"
    from rich.console import Console

    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system="standard", no_color=False, legacy_windows=False)
    for line in lines:
        console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
    return without_log_commands(file.getvalue())


class _TerminalRenderer:
    def __init__(self, width: int) -> None:
        self._width = width
        self._requests: set[str] = set()

    @cached_property
    def _console(self) -> Console:
        """What wraps texts that are too long; importing it takes as long as the rest of a short report."""
        from rich.console import Console

        return Console(width=self._width, file=io.StringIO())

    def report(self, report: Report) -> Iterator[Line]:
        lines = [*self._head(report)]
        for section in report.sections:
            lines += self._section(section, "")
        yield from lines
        if len(lines) > _SCREEN_LINES:
            yield from (Line(), _headline(report))

    def _head(self, report: Report) -> Iterator[Line]:
        yield _headline(report)
        if report.subject:
            yield _line(report.subject)
        for complaint in report.complaints:
            yield _line(complaint, "red")
        for text in report.introduction:
            yield from self._wrapped(_line(text), "")
        if report.figures:
            yield Line()
        for figure in report.figures:
            yield _line(f"{figure.label}: {figure.share}", "bold")

    def _section(self, section: ReportSection, indent: str) -> Iterator[Line]:
        lines = [line for block in section.blocks for line in self._block(block, indent + "  ")]
        if not lines:
            return
        heading = Line(indent) + _line(section.heading, f"bold {_STYLES[section.tone]}")
        if section.figure is not None:
            heading.append(f"  {section.figure.share}", _share_style(section.figure.count, section.figure.total))
        yield from (Line(), heading, *lines)

    def _block(self, block: Block, indent: str) -> Iterator[Line]:
        match block:
            case Paragraph():
                yield from self._wrapped(_line(block.text, _STYLES[block.tone]), indent)
            case BulletList():
                yield from self._items(block, indent)
            case CodeBlock():
                yield from self._code(block, indent)
            case FactList():
                yield from self._facts(block.facts, indent)
            case FindingItem():
                yield from self._finding(block, indent)
            case Chart() | Table():
                yield from _drawn(block, indent)
            case Alternatives():
                for inner in block.brief if block.terminal is None else block.terminal:
                    yield from self._block(inner, indent)
            case ReportSection():
                yield from self._section(block, indent)

    def _items(self, block: BulletList, indent: str) -> Iterator[Line]:
        for item in block.items[:_MAX_ITEMS]:
            yield from self._wrapped(_line(item), indent, f"{indent}    ")
        if len(block.items) > _MAX_ITEMS:
            yield Line(f"{indent}… and {len(block.items) - _MAX_ITEMS} more in the other reports")

    def _facts(self, facts: tuple[Fact, ...], indent: str) -> Iterator[Line]:
        column = max([_LABEL_WIDTH, *(cell_len(safe(fact.label)) for fact in facts)]) + 1
        for fact in facts:
            label = _line(fact.label, _STYLES[fact.tone])
            label.append(" " * (column - label.cell_len))
            yield from self._wrapped(_line(fact.value), Line(indent) + label, indent + " " * column)

    def _finding(self, finding: FindingItem, indent: str) -> Iterator[Line]:
        headline = Line(indent) + _line(finding.headline)
        if finding.remarks:
            headline.append(f"  {safe(finding.remarks)}")
        yield headline
        below = f"{indent}    "
        yield from self._wrapped(_line(finding.message), below) if finding.message else ()
        for fact in finding.all_facts:
            value = _line(f"{fact.label}: ", _STYLES[fact.tone])
            value.append_text(_line(fact.value))
            yield from self._wrapped(value, below, f"{below}  ")
        for block in finding.blocks:
            yield from self._block(block, below)

    def _code(self, block: CodeBlock, indent: str) -> Iterator[Line]:
        is_request = block.language == "sh"
        remark = ""
        if is_request and block.text in self._requests:
            remark = "as above"
        elif is_request and len(self._requests) >= _MAX_REQUESTS:
            remark = "the request is in the other reports"
        if block.caption or remark:
            yield Line(f"{indent}{', '.join(filter(None, (safe(block.caption), remark)))}", "dim")
        if remark or not block.text:
            return
        if is_request:
            self._requests.add(block.text)
        for line in safe_lines(block.text).split("\n"):
            yield Line(f"{indent}  {line}", "dim")

    def _wrapped(self, text: Line, first: str | Line, rest: str | None = None) -> Iterator[Line]:
        """Yield the lines of a text. Words longer than a line are kept whole, so that they can be copied."""
        prefix = Line(first) if isinstance(first, str) else first
        width = max(self._width - prefix.cell_len, 20)
        for line in [text] if text.cell_len <= width else text.wrap(self._console, width):
            yield prefix + line
            prefix = prefix if rest is None else Line(rest)


def _headline(report: Report) -> Line:
    line = Line(safe(report.verdict), f"bold {_STYLES[report.verdict_tone]}")
    return Line.assemble(line, f": {safe(report.summary)}" if report.summary else "")


def _line(text: Text, style: str = "") -> Line:
    line = Line(style=style, overflow="ignore")
    for span in spans(text):
        match span:
            case str():
                line.append(safe(span))
            case Code():
                line.append(safe(span.text), "bold")
            case Link() | Reference():
                line.append(safe(span.text))
            case Strong():
                line.append(safe(span.text), f"bold {_STYLES[span.tone]}")
    return line


def _share_style(count: int, total: int | None) -> str:
    return "green" if count == total else "yellow"


def _table(table: Table, indent: str) -> Iterator[Line]:
    """Yield the rows of a table at full width, with a header if any column has a name."""
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    if any(table.columns):
        rows.insert(0, [_line(column, "dim") for column in table.columns])
    widths = [max(map(_cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = Line(indent)
        for cell, width in zip(row, widths, strict=True):
            line.append_text(cell).append(" " * (width - cell.cell_len + 2))
        line.rstrip()
        yield line


def _drawn(block: Chart | Table, indent: str) -> Iterator[Line]:
    if isinstance(block, Chart):
        return _chart(block, indent)
    return _groups(block, indent) if block.grouped else _table(block, indent)


def _chart(chart: Chart, indent: str) -> Iterator[Line]:
    """Yield a row of blocks for each series, of as many of the latest points as fit."""
    column = max(cell_len(safe(series.label)) for series in chart.series)
    for series in chart.series:
        label = safe(series.label)
        blocks = sparkline(series.values[-_MAX_POINTS:])
        yield Line.assemble(f"{indent}{label}{' ' * (column - cell_len(label))}  ", (blocks, "cyan"))


def _groups(table: Table, indent: str) -> Iterator[Line]:
    """Yield the rows grouped below their first cells, with the other cells separated by colons."""
    for first, rows in groupby(table.rows, key=lambda row: row[0]):
        yield Line(indent) + _cell(first)
        for row in rows:
            cells = [line for line in map(_cell, row[1:]) if line]
            yield Line(f"{indent}  ") + Line(": ").join(cells)


def _cell(cell: TableCell) -> Line:
    line = _line(cell.text, _STYLES[cell.tone])
    if cell.figure is not None:
        separator = "  " if plain(cell.text) else ""
        line.append(f"{separator}{cell.figure.share}", _share_style(cell.figure.count, cell.figure.total))
    return line


def _cell_len(line: Line) -> int:
    return line.cell_len
