"""Places of a page that links lead to: findings, and notes that texts refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crm_contracts.report.document import Alternatives, Block, FindingItem, Report, ReportSection, Table
from crm_contracts.report.spans import Note


class Anchors:
    """Anchors of the findings and notes of a page.

    Attributes:
        notes: notes that texts referred to so far, in order, each with the numbers of the findings that did.
    """

    def __init__(self, report: Report) -> None:
        """Give each finding of a report an anchor."""
        self.notes: dict[Note, list[int]] = {}
        self._current = 0
        findings = findings_in(report.sections)
        self._numbers = {id(item): number for number, item in enumerate(findings, 1)}

    def number(self, item: FindingItem) -> int:
        """Return the number of a finding of the report."""
        return self._numbers[id(item)]

    def enter(self, item: FindingItem) -> int:
        """Return the number of a finding whose texts follow."""
        self._current = self.number(item)
        return self._current

    def refer(self, note: Note) -> int:
        """Return the number of a note that the current finding refers to."""
        numbers = self.notes.setdefault(note, [])
        if self._current not in numbers:
            numbers.append(self._current)
        return list(self.notes).index(note) + 1

    def count(self, section: ReportSection) -> int:
        """Return the number of findings of a section, or else of the rows of its tables."""
        tables = (block for block in section.blocks if isinstance(block, Table))
        return len(self.findings(section)) or sum(len(table.rows) for table in tables)

    def findings(self, section: ReportSection) -> list[FindingItem]:
        """Return the findings that a page shows in a section."""
        return list(findings_in((section,)))


def findings_in(blocks: Iterable[Block]) -> Iterator[FindingItem]:
    """Yield the findings that a page shows among blocks, with those in sections."""
    for block in blocks:
        match block:
            case FindingItem():
                yield block
            case Alternatives():
                yield from findings_in(block.full)
            case ReportSection():
                yield from findings_in(block.blocks)
