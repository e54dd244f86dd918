"""The sections of a report on outcomes, members and statuses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from crm_contracts.judge.coverage import (
    STATUS_WORDS,
    Covered,
    MemberSeen,
    OperationCoverage,
    OutcomeCount,
    StatusCount,
)
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.words import chosen
from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    Code,
    Fact,
    FactList,
    Figure,
    ReportSection,
    TableCell,
    Text,
    Tone,
    table,
)
from crm_contracts.report.text import location_text, times

_TONES: Final = {
    "covered": Tone.GOOD,
    "not tested": Tone.WARNING,
    "not documented": Tone.BAD,
    "protocol": Tone.QUIET,
    "confirmed": Tone.GOOD,
    "contradicted": Tone.BAD,
    "not reached": Tone.WARNING,
}


def share(label: str, covered: Covered) -> Figure:
    """Return a share as a figure."""
    return Figure(label, covered.covered, covered.total)


def coverage(verdict: Verdict) -> Iterator[ReportSection]:
    """Yield the section on the outcomes that clients met."""
    if not verdict.counted:
        return
    about = f"operations of {', '.join(verdict.vendors)}" if verdict.vendors else "operations called"
    yield ReportSection(f"Coverage of the {about}", tuple(map(_operation, verdict.counted)))


def _operation(operation: OperationCoverage) -> ReportSection:
    return ReportSection(
        (Code(operation.key), f"  {operation.method} {operation.path}"),
        (Alternatives(full=tuple(_full(operation)), brief=(FactList(tuple(_brief(operation))),)),),
        folded=True,
        figure=share("", operation.coverage),
    )


def _full(operation: OperationCoverage) -> Iterator[Block]:
    yield table(
        ("status", "outcome", "coverage", "times"),
        (
            (
                str(each.status),
                (Code(each.name), f": {each.cause}" if each.cause and not each.counts else ""),
                TableCell(each.word, _TONES[each.word]),
                chosen(each) if each.counts else "",
            )
            for each in operation.outcomes
        ),
    )
    if operation.faults:
        yield FactList((Fact("faults", _faults(operation)),))
    if operation.members:
        yield ReportSection(
            "Request members",
            (BulletList(tuple(map(_member, operation.members))),),
            folded=True,
            figure=share("", operation.member_coverage),
        )


def _member(member: MemberSeen) -> Text:
    missing = [value for value in member.values if value not in member.values_seen] if member.seen else []
    without = f" without {', '.join(map(str, missing))}" if missing else ""
    return (Code(location_text(member.place)), without if member.seen else " not tested")


def _brief(operation: OperationCoverage) -> Iterator[Fact]:
    for word in ("covered", "not tested", "not documented", "protocol"):
        outcomes = [each for each in operation.outcomes if each.word == word]
        if outcomes:
            yield Fact(word, _by_status(outcomes), _TONES[word])
    if operation.faults:
        yield Fact("faults", _faults(operation))
    if operation.members:
        values = operation.value_coverage
        beside = f", enum values {values.covered} of {values.total}" if values.total else ""
        yield Fact("members", f"{operation.member_coverage.covered} of {operation.member_coverage.total}{beside}")


def _by_status(outcomes: list[OutcomeCount]) -> str:
    groups = []
    for status, found in groupby(outcomes, key=lambda each: each.status):
        names = ", ".join(f"{each.name} {chosen(each) if each.counts else ''}".strip() for each in found)
        groups.append(f"{status} {names}")
    return "; ".join(groups)


def _faults(operation: OperationCoverage) -> str:
    return ", ".join(f"{name} {times(count)}" for name, count in operation.faults.items())


def statuses(verdict: Verdict) -> Iterator[ReportSection]:
    """Yield the section on the statuses that a provider showed."""
    called = [each for each in verdict.verified if each.count]
    idle = [each for each in verdict.verified if not each.count]
    blocks: list[Block] = [_verified(each) for each in called]
    if idle:
        blocks.append(FactList((Fact("not called", ", ".join(each.key for each in idle), Tone.WARNING),)))
    yield ReportSection("Statuses of the operations", tuple(blocks))


def _verified(operation: OperationCoverage) -> ReportSection:
    rows = (
        (
            f"{each.status}{'' if each.documented else ' (not documented)'}",
            _times_of(each),
            TableCell(each.word, _TONES[each.word]),
            each.date,
        )
        for each in operation.counted_statuses
    )
    brief = [Fact(word, _listed(operation, word), _TONES[word]) for word in STATUS_WORDS if _listed(operation, word)]
    return ReportSection(
        (Code(operation.key), f"  {operation.method} {operation.path} {times(operation.count)}"),
        (Alternatives(full=(table(("status", "times", "found", "last"), rows),), brief=(FactList(tuple(brief)),)),),
        folded=True,
    )


def _times_of(status: StatusCount) -> str:
    return f"{status.count}, {status.contradicted} contradict" if status.contradicted else str(status.count or "")


def _listed(operation: OperationCoverage, word: str) -> str:
    return ", ".join(status_text(each) for each in operation.counted_statuses if each.word == word)


def status_text(status: StatusCount) -> str:
    """Return a status with how often it came, and when last."""
    if not status.count:
        return str(status.status)
    remarks = [] if status.documented else ["not documented"]
    remarks += [f"{status.contradicted} contradict"] if 0 < status.contradicted < status.count else []
    remarks += [status.date] if status.date else []
    return f"{status.status} {times(status.count)}" + (f" ({', '.join(remarks)})" if remarks else "")
