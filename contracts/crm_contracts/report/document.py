"""The document model: what a report says, without any markup.

Texts are plain. A text with inline code or emphasis is a tuple of spans::

    Paragraph(("Allow it with ", Code("--allow toy.createContact:400"), "."))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final

FORMAT: Final = "crm-mocks report 2"
"""Member `format` of the JSON reports of all commands."""


class Tone(StrEnum):
    """How a reader should take something; each renderer has its own colours or marks for it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"
    QUIET = "quiet"


@dataclass(frozen=True)
class Code:
    """Inline code: a name, a place in a body, an option."""

    text: str


@dataclass(frozen=True)
class Strong:
    """An emphasized text."""

    text: str
    tone: Tone = Tone.NEUTRAL


Span = str | Code | Strong
Text = Span | tuple[Span, ...]


def spans(text: Text) -> tuple[Span, ...]:
    """Return the spans of a text; none for an empty one."""
    if isinstance(text, tuple):
        return text
    return (text,) if text else ()


def plain(text: Text) -> str:
    """Return a text without its inline formatting."""
    return "".join(span if isinstance(span, str) else span.text for span in spans(text))


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: Text
    tone: Tone = Tone.NEUTRAL
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class BulletList:
    """A list of short items."""

    items: tuple[Text, ...]
    kind: ClassVar[str] = "list"


@dataclass(frozen=True)
class CodeBlock:
    """Preformatted text: a curl command, the output of a program, a JSON body.

    Attributes:
        text: lines separated by a line feed.
        caption: what it is, such as `first in default-1, response 400 invalid`.
        language: for syntax highlighting. `sh` marks a command that reproduces a request: short reports leave out
            repeated ones and those beyond the first few.
        folded: show the caption only until the reader unfolds the block, where the format can.
    """

    text: str
    caption: str = ""
    language: str = ""
    folded: bool = True
    kind: ClassVar[str] = "code"


@dataclass(frozen=True)
class Fact:
    """A labelled value.

    Attributes:
        label: lower-case, such as `covered`.
        value: the value.
        tone: of the label.
    """

    label: str
    value: Text
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class FactList:
    """Labelled values, one below the other."""

    facts: tuple[Fact, ...]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class FindingItem:
    """Something that was found, such as a broken rule or a weakness.

    Attributes:
        headline: whose and where, such as `("toy.createContact ", Code("body.email"), " type")`.
        count: number of occurrences; shown from 2 on, or always with `show_count`.
        tags: remarks in one or two words, such as `known`.
        message: one or more sentences.
        sent: what was sent, or an empty text.
        expected: what was expected instead, or an empty text.
        facts: further labelled values, such as the basis or how to allow it.
        blocks: examples and details, such as the request as a curl command.
        tone: `BAD` for what fails.
        show_count: show the count even if it is 1.
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
    kind: ClassVar[str] = "finding"

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """What was sent and expected, then the further facts."""
        pair = (("sent", self.sent), ("expected", self.expected))
        return (*(Fact(label, text) for label, text in pair if text), *self.facts)

    @property
    def remarks(self) -> str:
        """The count and the tags, such as `×3 [known]`; empty if there is nothing to remark."""
        times = f"×{self.count}" if self.count > 1 or self.show_count else ""
        return " ".join(filter(None, (times, *(f"[{tag}]" for tag in self.tags))))


@dataclass(frozen=True)
class Figure:
    """A number, or a share of a total.

    Attributes:
        label: what is counted, such as `Coverage of outcomes`.
        count: how many.
        total: of how many; `None` if the count stands alone.
    """

    label: str
    count: int
    total: int | None = None

    @property
    def percent(self) -> float:
        """The share in percent, rounded down to a tenth so that 100.0 means all; 0 if there is no total."""
        return self.count * 1000 // self.total / 10 if self.total else 0.0

    @property
    def share(self) -> str:
        """For people: `3 of 5 (60.0 %)`, or `3` without a total."""
        return str(self.count) if self.total is None else f"{self.count} of {self.total} ({self.percent:.1f} %)"


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    Attributes:
        text: what it says.
        tone: of the whole cell.
        figure: shown as a bar beside the text, where the format can.
        details: shown on demand, where the format can.
    """

    text: Text = ""
    tone: Tone = Tone.NEUTRAL
    figure: Figure | None = None
    details: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table; `table` makes one from texts.

    Attributes:
        columns: headings.
        rows: as many cells each as there are columns.
        grouped: rows with the same first cell belong together: the terminal shows them below it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    grouped: bool = False
    kind: ClassVar[str] = "table"


def table(columns: Sequence[str], rows: Iterable[Sequence[Text | TableCell]], *, grouped: bool = False) -> Table:
    """Return a table whose cells may be given as texts."""
    cells = ((each if isinstance(each, TableCell) else TableCell(each) for each in row) for row in rows)
    return Table(tuple(columns), tuple(map(tuple, cells)), grouped)


@dataclass(frozen=True)
class Alternatives:
    """The same content at two lengths.

    Attributes:
        full: for the HTML page.
        brief: for the terminal and for comments.
    """

    full: tuple[Block, ...]
    brief: tuple[Block, ...]
    kind: ClassVar[str] = "alternatives"


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; sections may be nested. A section without blocks is not shown.

    Attributes:
        heading: the heading.
        blocks: the content, in order.
        folded: show the heading only until the reader unfolds the section, where the format can.
        tone: of the heading.
        figure: shown beside the heading, with a bar where the format can.
    """

    heading: Text
    blocks: tuple[Block, ...]
    folded: bool = False
    tone: Tone = Tone.NEUTRAL
    figure: Figure | None = None
    kind: ClassVar[str] = "section"


Block = Paragraph | BulletList | CodeBlock | FactList | FindingItem | Table | Alternatives | Section


class CheckStatus(StrEnum):
    """Result of a test case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """A test case of the JUnit report.

    Attributes:
        suite: test suite, such as an operation.
        classname: what the case is about, such as an operation.
        name: name of the case; the renderer numbers cases of the same class and name.
        status: result.
        message: why it failed or was skipped; for a passed case, its output.
        type: kind of failure, such as the rule.
        details: lines with the whole story of a failure.
        output: what a failed or skipped case printed.
        seconds: duration.
    """

    suite: str
    classname: str
    name: str
    status: CheckStatus = CheckStatus.PASSED
    message: str = ""
    type: str = ""
    details: str = ""
    output: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """What a command found.

    Attributes:
        command: name of the command, such as `sweep`.
        title: what the word is about, such as `Contract`; may be empty.
        word: the verdict, such as `broken` or `Survived`.
        passed: whether the command is content.
        summary: one sentence without a full stop.
        subject: what was examined, such as the files or versions.
        tone: of the verdict; by default as `passed` says.
        complaints: why the run failed as a whole, or what was left undone, in sentences.
        introduction: paragraphs before the sections.
        figures: the numbers that matter most.
        sections: the content.
        metadata: how the report was made: command line, version, digests of the contracts.
        checks: test cases of the JUnit report.
        data: members of the JSON report, beside `format` and `command`.
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
    sections: tuple[Section, ...] = ()
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
