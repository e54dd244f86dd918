"""Report sections about outcomes, members and statuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from crm_contracts.judge.coverage import (
    DOCUMENTED,
    STATUS_WORDS,
    Covered,
    MemberSeen,
    OperationCoverage,
    OutcomeCount,
    StatusCount,
)
from crm_contracts.judge.reports.finding_text import chosen_by_text
from crm_contracts.judge.reports.remedies import Remedies
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    CodeBlock,
    Fact,
    FactList,
    Figure,
    ReportSection,
    Table,
    TableCell,
    table,
)
from crm_contracts.report.spans import Code, Text, Tone
from crm_contracts.report.text import location_text, plural, times

_MAX_MISSING: Final = 5
"""Maximum number of outcomes that are not tested that the terminal names."""
_OTHERS: Final = "Outcomes reached only by a mistake, or only on request"
_TONES: Final = {
    "covered": Tone.GOOD,
    "not tested": Tone.WARNING,
    "not documented": Tone.BAD,
    "protocol": Tone.QUIET,
    "confirmed": Tone.GOOD,
    "contradicted": Tone.BAD,
    "not reached": Tone.WARNING,
}


def coverage_figure(label: str, covered: Covered) -> Figure:
    """Return coverage as a figure."""
    return Figure(label, covered.covered, covered.total)


def outcome_sections(verdict: Verdict, remedies: Remedies) -> Iterator[ReportSection]:
    """Yield the sections about coverage of outcomes."""
    if not verdict.counted:
        return
    yield _next_outcomes(verdict, remedies)
    scope = f"operations of {', '.join(verdict.vendors)}" if verdict.vendors else "operations called"
    yield ReportSection(f"Coverage of the {scope}", tuple(map(_operation, verdict.counted)))


def _next_outcomes(verdict: Verdict, remedies: Remedies) -> ReportSection:
    """Return the section of the terminal with the first outcomes that are not tested, and how to meet each."""
    missing = [
        (operation.key, outcome)
        for operation in verdict.counted
        for outcome in operation.outcomes
        if outcome.is_main and not outcome.counts
    ]
    blocks = tuple(
        CodeBlock(remedies.queue(key, outcome.name), f"{key} {outcome.label}: {outcome.cause}".rstrip(": "))
        for key, outcome in missing[:_MAX_MISSING]
    )
    form = f"the {remedies.queue_form} that makes it the next response"
    heading = f"Not tested yet: {len(blocks)} of {len(missing)}, each with {form}"
    return ReportSection(heading, (Alternatives((), (), blocks),) if blocks else ())


def _operation(operation: OperationCoverage) -> ReportSection:
    brief, terminal = ((FactList(tuple(_brief(operation, is_short=is_short))),) for is_short in (False, True))
    return ReportSection(
        (Code(operation.key), f"  {operation.method} {operation.path}"),
        (Alternatives(tuple(_full(operation)), brief, terminal),),
        folded=True,
        figure=coverage_figure("", operation.coverage),
    )


def _full(operation: OperationCoverage) -> Iterator[Block]:
    main = [outcome for outcome in operation.outcomes if outcome.is_main or outcome.kind != DOCUMENTED]
    others = [outcome for outcome in operation.outcomes if outcome not in main]
    yield _outcomes(main)
    if others:
        figure = coverage_figure("", operation.other_coverage)
        yield ReportSection(_OTHERS, (_outcomes(others),), folded=True, figure=figure)
    if operation.faults:
        yield FactList((Fact("faults", _faults(operation)),))
    if operation.members:
        yield ReportSection(
            "Request members",
            (BulletList(tuple(map(_member, operation.members))),),
            folded=True,
            figure=coverage_figure("", operation.member_coverage),
        )


def _outcomes(outcomes: Iterable[OutcomeCount]) -> Table:
    return table(
        ("status", "outcome", "coverage", "times"),
        (
            (
                str(outcome.status),
                (Code(outcome.name), f": {outcome.cause}" if outcome.cause and not outcome.counts else ""),
                TableCell(outcome.word, _TONES[outcome.word]),
                chosen_by_text(outcome) if outcome.counts else "",
            )
            for outcome in outcomes
        ),
    )


def _member(member: MemberSeen) -> Text:
    missing = [value for value in member.values if value not in member.values_seen] if member.seen else []
    without = f" without {', '.join(map(str, missing))}" if missing else ""
    return (Code(location_text(member.place)), without if member.seen else " not tested")


def _brief(operation: OperationCoverage, *, is_short: bool) -> Iterator[Fact]:
    """Yield the facts about an operation.

    Args:
        operation: coverage of the operation.
        is_short: count the outcomes that are not tested instead of naming them.
    """
    for word in ("covered", "not tested", "not documented", "protocol"):
        outcomes = [outcome for outcome in operation.outcomes if outcome.word == word]
        others = [outcome for outcome in outcomes if word == "not tested" and not outcome.is_main]
        main = [outcome for outcome in outcomes if outcome not in others]
        is_counted = is_short and word == "not tested"
        if main:
            yield Fact(word, plural(len(main), "outcome") if is_counted else _by_status(main), _TONES[word])
        if others:
            yield Fact("of mistakes or on request", str(len(others)) if is_counted else _by_status(others), Tone.QUIET)
    if operation.faults:
        yield Fact("faults", _faults(operation))
    if operation.members:
        values = operation.value_coverage
        enum_values = f", enum values {values.covered} of {values.total}" if values.total else ""
        yield Fact("members", f"{operation.member_coverage.covered} of {operation.member_coverage.total}{enum_values}")


def _by_status(outcomes: list[OutcomeCount]) -> str:
    groups = []
    for status, group in groupby(outcomes, key=lambda item: item.status):
        names = ", ".join(
            f"{outcome.name} {chosen_by_text(outcome) if outcome.counts else ''}".strip() for outcome in group
        )
        groups.append(f"{status} {names}")
    return "; ".join(groups)


def _faults(operation: OperationCoverage) -> str:
    return ", ".join(f"{name} {times(count)}" for name, count in operation.faults.items())


def status_sections(verdict: Verdict) -> Iterator[ReportSection]:
    """Yield the section about the provider's statuses."""
    called = [operation for operation in verdict.verified if operation.count]
    uncalled = [operation for operation in verdict.verified if not operation.count]
    blocks: list[Block] = [_verified(operation) for operation in called]
    if uncalled:
        blocks.append(FactList((Fact("not called", ", ".join(operation.key for operation in uncalled), Tone.WARNING),)))
    yield ReportSection("Statuses of the operations", tuple(blocks))


def _verified(operation: OperationCoverage) -> ReportSection:
    rows = (
        (
            f"{status.status}{'' if status.documented else ' (not documented)'}",
            _times_of(status),
            TableCell(status.word, _TONES[status.word]),
            status.date,
        )
        for status in operation.counted_statuses
    )
    brief = [Fact(word, _listed(operation, word), _TONES[word]) for word in STATUS_WORDS if _listed(operation, word)]
    return ReportSection(
        (Code(operation.key), f"  {operation.method} {operation.path} {times(operation.count)}"),
        (Alternatives(full=(table(("status", "times", "result", "last"), rows),), brief=(FactList(tuple(brief)),)),),
        folded=True,
    )


def _times_of(status: StatusCount) -> str:
    return f"{status.count}, {status.contradicted} contradict" if status.contradicted else str(status.count or "")


def _listed(operation: OperationCoverage, word: str) -> str:
    return ", ".join(status_text(status) for status in operation.counted_statuses if status.word == word)


def status_text(status: StatusCount) -> str:
    """Return a status with its number of responses and the date of the last."""
    if not status.count:
        return str(status.status)
    remarks = [] if status.documented else ["not documented"]
    remarks += [f"{status.contradicted} contradict"] if 0 < status.contradicted < status.count else []
    remarks += [status.date] if status.date else []
    return f"{status.status} {times(status.count)}" + (f" ({', '.join(remarks)})" if remarks else "")
