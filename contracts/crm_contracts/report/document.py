"""The document model: content of a report, without markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from crm_contracts.report.chart import Chart
from crm_contracts.report.checks import Check
from crm_contracts.report.spans import Text, Tone


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: Text
    tone: Tone = Tone.NEUTRAL
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class BulletList:
    """A bulleted list of short items."""

    items: tuple[Text, ...]
    kind: ClassVar[str] = "list"


@dataclass(frozen=True)
class CodeBlock:
    """Preformatted text: a curl command, the output of a program, a JSON body.

    Attributes:
        text: lines separated by line feeds.
        caption: title, such as `first in default-1, answered 400 invalid`.
        language: language for syntax highlighting. `sh` marks a command that reproduces a request; short reports omit
            repeated commands and those beyond the first few.
        folded: collapse the block to its caption, where the format supports it.
        marked: numbers of the lines to mark, from 0, where the format supports it.
    """

    text: str
    caption: str = ""
    language: str = ""
    folded: bool = True
    marked: tuple[int, ...] = ()
    kind: ClassVar[str] = "code"


@dataclass(frozen=True)
class Fact:
    """A labelled value.

    Attributes:
        label: lower-case, such as `covered`.
        value: the value.
        tone: tone of the label.
    """

    label: str
    value: Text
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class FactList:
    """A list of labelled values."""

    facts: tuple[Fact, ...]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class FindingItem:
    """A finding, such as a broken rule or a weakness.

    Attributes:
        headline: operation, location and rule, such as `("toy.createContact ", Code("body.email"), " type")`.
        count: number of occurrences; shown if greater than 1.
        tags: short labels, such as `known`.
        message: one or more sentences.
        sent: what was sent, if known.
        expected: what was expected instead, if known.
        facts: other labelled values, such as the basis or how to allow the finding.
        blocks: examples and details, such as the request as a curl command.
        tone: `BAD` if the finding fails the run.
        show_count: show the count even if it is 1.
        evidence: what was sent with the member marked; only HTML shows it, below the message.
        cause: what broke, such as `KeyError at client.py:12`; only HTML shows it, above the headline.
    """

    headline: Text
    count: int = 1
    tags: tuple[str, ...] = ()
    message: Text = ""
    sent: Text = ""
    expected: Text = ""
    facts: tuple[Fact, ...] = ()
    blocks: tuple[Block, ...] = ()
    tone: Tone = Tone.BAD
    show_count: bool = False
    evidence: tuple[Block, ...] = ()
    cause: str = ""
    kind: ClassVar[str] = "finding"

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """What was sent and expected, then the other facts."""
        pair = (("sent", self.sent), ("expected", self.expected))
        return (*(Fact(label, text) for label, text in pair if text), *self.facts)

    @property
    def remarks(self) -> str:
        """Count and tags, such as `×3 [known]`; may be empty."""
        times = f"×{self.count}" if self.count > 1 or self.show_count else ""
        return " ".join(filter(None, (times, *(f"[{tag}]" for tag in self.tags))))


@dataclass(frozen=True)
class Figure:
    """A number, or a share of a total.

    Attributes:
        label: what is counted, such as `Coverage of outcomes`.
        count: the number.
        total: the total, or `None` if there is none.
    """

    label: str
    count: int
    total: int | None = None

    @property
    def percent(self) -> float:
        """Share in percent, rounded down to one decimal so that 100.0 means all; 0 without a total."""
        return self.count * 1000 // self.total / 10 if self.total else 0.0

    @property
    def share(self) -> str:
        """Share as text: `3 of 5 (60.0 %)`, or `3` without a total."""
        return str(self.count) if self.total is None else f"{self.count} of {self.total} ({self.percent:.1f} %)"


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    Attributes:
        text: content.
        tone: tone of the cell.
        figure: shown as a bar beside the text, where the format supports it.
        details: collapsed content, where the format supports it.
    """

    text: Text = ""
    tone: Tone = Tone.NEUTRAL
    figure: Figure | None = None
    details: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table; see `table` for a shorter way to build one.

    Attributes:
        columns: headings.
        rows: rows with one cell per column.
        grouped: rows with the same first cell form a group, which the terminal shows below that cell.
        folded: rows without a bad cell are collapsed below the others, those with the same result (their cells with a
            tone) together, where the format supports it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    grouped: bool = False
    folded: bool = False
    kind: ClassVar[str] = "table"


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Text | TableCell]],
    *,
    grouped: bool = False,
    folded: bool = False,
) -> Table:
    """Return a table from cells or plain text."""
    cells = ((cell if isinstance(cell, TableCell) else TableCell(cell) for cell in row) for row in rows)
    return Table(tuple(columns), tuple(map(tuple, cells)), grouped, folded)


@dataclass(frozen=True)
class Alternatives:
    """Long and short versions of the same content.

    Attributes:
        full: blocks for HTML.
        brief: blocks for the terminal and Markdown.
        terminal: blocks for the terminal, if they differ from `brief`.
    """

    full: tuple[Block, ...]
    brief: tuple[Block, ...]
    terminal: tuple[Block, ...] | None = None
    kind: ClassVar[str] = "alternatives"


@dataclass(frozen=True)
class ReportSection:
    """A section with a heading; sections may be nested. Empty sections are not shown.

    Attributes:
        heading: heading.
        blocks: content.
        folded: collapse the section to its heading, where the format supports it.
        tone: tone of the heading.
        figure: shown beside the heading, with a bar where the format supports it.
    """

    heading: Text
    blocks: tuple[Block, ...]
    folded: bool = False
    tone: Tone = Tone.NEUTRAL
    figure: Figure | None = None
    kind: ClassVar[str] = "section"


Block = Paragraph | BulletList | CodeBlock | FactList | FindingItem | Table | Chart | Alternatives | ReportSection


@dataclass(frozen=True)
class Report:
    """Report of a command.

    Attributes:
        command: name of the command, such as `sweep`.
        title: subject of the verdict, such as `Contract`; may be empty.
        word: verdict in one word, such as `broken` or `Survived`.
        passed: whether the verdict is positive.
        summary: one sentence without full stop.
        subject: what was checked, such as files or versions.
        tone: tone of the verdict; derived from `passed` by default.
        complaints: reasons why the run as a whole failed or is incomplete, in sentences.
        introduction: paragraphs before the sections.
        figures: key figures.
        sections: the content.
        metadata: origin of the report: command line, version, digests of the contracts.
        checks: test cases of the JUnit report.
        data: members of the JSON report, except `format` and `command`.
    """

    command: str
    title: str
    word: str
    passed: bool
    summary: str = ""
    subject: Text = ""
    tone: Tone | None = None
    complaints: tuple[str, ...] = ()
    introduction: tuple[Text, ...] = ()
    figures: tuple[Figure, ...] = ()
    sections: tuple[ReportSection, ...] = ()
    metadata: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Title and word, such as `Contract broken`."""
        return f"{self.title} {self.word}".strip()

    @property
    def headline(self) -> str:
        """The verdict and its summary in one line."""
        return f"{self.verdict}: {self.summary}" if self.summary else self.verdict

    @property
    def verdict_tone(self) -> Tone:
        """The tone of the verdict."""
        return self.tone or (Tone.GOOD if self.passed else Tone.BAD)
