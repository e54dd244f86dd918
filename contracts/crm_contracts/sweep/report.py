"""The report of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_contracts.report.document import (
    Block,
    BulletList,
    Check,
    CheckStatus,
    CodeBlock,
    Fact,
    FindingItem,
    Paragraph,
    Report,
    Section,
    Table,
    TableCell,
    Tone,
    table,
)
from crm_contracts.report.text import number
from crm_contracts.sweep.model import Cell, Sweep
from crm_contracts.trial.words import plain

_OFTEN: Final = ("once", "always")
_GAPS: Final = 3
_SUITE: Final = "crm-mocks sweep"


def report(sweep: Sweep) -> Report:
    """Return the report of a sweep."""
    word, summary = _verdict(sweep)
    return Report(
        command="sweep",
        title="",
        word=word,
        passed=sweep.exit_code == 0,
        summary=summary,
        introduction=(plain(sweep.plain),),
        sections=tuple(_sections(sweep)),
        checks=tuple(_checks(sweep)),
        data=sweep.as_json(),
    )


def _verdict(sweep: Sweep) -> tuple[str, str]:
    if sweep.complaint:
        return "Not swept", sweep.complaint
    failing = len(sweep.failing)
    total = number(len(sweep.cells), "run")
    return ("Not survived", f"{failing} of {total}") if failing else ("Survived", total)


def _sections(sweep: Sweep) -> Iterator[Section]:
    if sweep.complaint:
        yield Section("Output of the plain run", (CodeBlock(sweep.plain.output, folded=False),))
    yield Section("Failed", tuple(_findings(sweep)))
    for operation in sweep.operations:
        yield Section(operation, (_matrix(sweep, operation),))
    yield Section("Notes", (BulletList(sweep.notes),))


def _matrix(sweep: Sweep, operation: str) -> Table:
    return table(
        ("given", *_OFTEN),
        ([label, *(_cell(cells.get(often)) for often in _OFTEN)] for label, cells in sweep.rows(operation)),
    )


def _findings(sweep: Sweep) -> Iterator[FindingItem]:
    """Yield what went wrong, once for all cells that it went wrong with."""
    alike: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in sweep.failing:
        alike.setdefault((cell.given.operation, _failures(cell), cell.did.output), []).append(cell)
    for (operation, failures, output), cells in alike.items():
        given = tuple(Fact("given", f"{cell.given.label}, {cell.given.often}") for cell in cells)
        blocks = (CodeBlock(output, "output of the client"),) if output else ()
        yield FindingItem(f"{operation}: {failures}", facts=given, blocks=blocks)


def _cell(cell: Cell | None) -> TableCell:
    if cell is None:
        return TableCell("-")
    if cell.survived:
        return TableCell(f"ok {_did(cell)}", Tone.GOOD)
    why: tuple[Block, ...] = (Paragraph(_failures(cell)),)
    return TableCell(f"FAILED {_did(cell)}", Tone.BAD, details=why)


def _failures(cell: Cell) -> str:
    return "; ".join(cell.failures)


def _did(cell: Cell) -> str:
    """Return what the client did: how it ended, its further requests and their spacing."""
    did = cell.did
    words = [did.ending]
    if did.requests != 1:
        gaps = ", ".join(f"{gap:.1f}" for gap in did.gaps[:_GAPS]) + (", …" if len(did.gaps) > _GAPS else "")
        words.append(f"{number(did.requests, 'request')}" + (f" {gaps} s apart" if gaps else ""))
    if did.asked and did.requests > 1:
        words.append("came back too early" if did.hurried else "heeded Retry-After")
    words += [f"{count} more of {kind}" for kind, count in did.surplus.items()]
    return ", ".join(words)


def _checks(sweep: Sweep) -> Iterator[Check]:
    if sweep.complaint:
        yield Check(
            _SUITE,
            "sweep",
            "the plain run",
            CheckStatus.FAILED,
            sweep.complaint,
            type="plain run",
            details=sweep.plain.output,
            seconds=sweep.plain.seconds,
        )
    for cell in sweep.cells:
        case = (_SUITE, cell.given.operation, f"{cell.given.label}, {cell.given.often}")
        if cell.survived:
            yield Check(*case, message=_did(cell), seconds=cell.did.seconds)
        else:
            yield Check(
                *case,
                CheckStatus.FAILED,
                _failures(cell),
                type="not survived",
                details=cell.did.output,
                output=_did(cell),
                seconds=cell.did.seconds,
            )
