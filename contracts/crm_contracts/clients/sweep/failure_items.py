"""Failed cases of a sweep as findings of its report."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Hashable, Iterable, Sequence

from crm_contracts.clients.criteria import CRASH
from crm_contracts.clients.report_text import failure_facts
from crm_contracts.clients.sweep.model import SweepCampaignResult, SweepCase, SweepResult
from crm_contracts.judge.finding import Standing
from crm_contracts.report.document import Alternatives, Block, CodeBlock, Fact, FindingItem
from crm_contracts.report.spans import Tone

_SEVERAL = "…"
"""Stands for the names of several outcomes."""


def failure_items(sweep: SweepCampaignResult, *standings: Standing) -> tuple[Block, ...]:
    """Return what went wrong, once for all cases with the same cause where there is space.

    Elsewhere it is once for all cases that went wrong with the same words and output.
    """
    facts = {(each.operation, each.location): tuple(failure_facts(each)) for each in sweep.case_verdict.findings}
    cells = [cell for cell in sweep.cells if not cell.passed and cell.standing in standings]
    alike = _grouped(cells, lambda cell: (cell.case.operation, failures(cell), cell.run.output))
    causes = _grouped(cells, _cause)
    if not cells:
        return ()
    return (
        Alternatives(
            full=tuple(_shared_item(group, _facts(group, facts)) for group in causes),
            brief=tuple(_item(group, _facts(group, facts)) for group in alike),
        ),
    )


def failures(cell: SweepResult) -> str:
    """Return what went wrong in a case."""
    return "; ".join(cell.failures)


def _grouped(cells: Iterable[SweepResult], key: Callable[[SweepResult], Hashable]) -> list[list[SweepResult]]:
    groups: dict[Hashable, list[SweepResult]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return list(groups.values())


def _cause(cell: SweepResult) -> Hashable:
    """Return what cases with the same cause have in common: the place of a crash, or the words but for the outcome."""
    return cell.case.operation, (_crash(cell) or failures(cell).replace(cell.case.name, _SEVERAL))


def _crash(cell: SweepResult) -> str:
    """Return where the client crashed; empty if it did not, or does not say."""
    return cell.site if cell.rule == CRASH else ""


def _facts(cells: Sequence[SweepResult], facts: dict[tuple[str, tuple[str, ...]], tuple[Fact, ...]]) -> list[Fact]:
    places = ((cell.case.operation, (cell.case.label, cell.case.often)) for cell in cells)
    return list(dict.fromkeys(fact for place in places for fact in facts.get(place, ())))


def _item(cells: Sequence[SweepResult], facts: Sequence[Fact]) -> FindingItem:
    first = cells[0]
    cases = tuple(Fact("case", f"{cell.case.label}, {cell.case.often}") for cell in cells)
    blocks = (CodeBlock(first.run.output, "output of the client"),) if first.run.output else ()
    tone = Tone.BAD if first.fails else Tone.NEUTRAL
    return FindingItem(f"{first.case.operation}: {failures(first)}", facts=(*cases, *facts), blocks=blocks, tone=tone)


def _shared_item(cells: Sequence[SweepResult], facts: Sequence[Fact]) -> FindingItem:
    first = cells[0]
    labels: dict[str, list[str]] = {}
    for cell in cells:
        labels.setdefault(cell.case.label, []).append(cell.case.often)
    is_one = len({cell.case.name for cell in cells}) == 1
    words = failures(first) if is_one else failures(first).replace(first.case.name, _SEVERAL)
    outputs = {cell.run.output: cell for cell in reversed(cells) if cell.run.output}
    shown = [(output, outputs[output]) for output in reversed(outputs)][:3]
    return FindingItem(
        f"{first.case.operation}: {words}",
        count=len(cells),
        facts=(
            *(Fact("case", f"{label}, {' and '.join(often)}") for label, often in labels.items()),
            *facts,
        ),
        blocks=(
            *(CodeBlock(output, f"output of the client, {cell.case.label}") for output, cell in shown),
            CodeBlock(_reproduction(first.case), f"reproduce {first.case.label}", "sh"),
        ),
        tone=Tone.BAD if first.fails else Tone.NEUTRAL,
        cause=_crash(first),
    )


def _reproduction(case: SweepCase) -> str:
    queued = shlex.quote(json.dumps(case.as_queued()))
    return (
        "# with the mocks of `crm-mocks serve` running; then start the client\n"
        f'curl -sS "$CRM_MOCKS_URL"/__admin/responses -d {queued}'
    )
