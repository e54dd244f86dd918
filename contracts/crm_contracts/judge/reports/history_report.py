"""The report of coverage over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from crm_contracts.judge.history import History, HistoryRun
from crm_contracts.judge.reports.coverage_sections import coverage_figure
from crm_contracts.report.chart import Chart, Series, sparkline
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import (
    Alternatives,
    BulletList,
    Fact,
    Figure,
    Report,
    ReportSection,
    Table,
    TableCell,
    table,
)
from crm_contracts.report.spans import Code, Text, Tone
from crm_contracts.report.text import plural

_MAIN: Final = "outcomes"
_OTHER: Final = "of mistakes or on request"
_NONE: Final = "–"


def report(history: History, fail_under: float | None = None) -> Report:
    """Return the report of a history.

    Args:
        history: the runs.
        fail_under: least coverage of the latest run in percent.
    """
    is_under = fail_under is not None and history.last.verdict.coverage.is_under(fail_under)
    complaint = (
        f"coverage of {history.last.percent or 0:.1f} % in the latest run is below {fail_under:g} %" if is_under else ""
    )
    change = _change(history)
    return Report(
        command="coverage",
        title="Coverage",
        word=_word(history, change),
        passed=not is_under,
        summary=_summary(history),
        tone=Tone.BAD if is_under else Tone.WARNING if change < 0 else Tone.GOOD,
        complaints=(complaint,) if complaint else (),
        figures=tuple(_figures(history)),
        sections=tuple(_sections(history)),
        metadata=tuple(_metadata(history)),
        checks=tuple(_checks(history, complaint)),
        data=_data(history),
    )


def _change(history: History) -> float:
    """Return the change of coverage from the first run with coverage to the latest, in percent points."""
    known = [run.percent for run in history.runs if run.percent is not None]
    return known[-1] - known[0] if known else 0.0


def _word(history: History, change: float) -> str:
    if sum(run.percent is not None for run in history.runs) < 2:
        return "of one run"
    return "rose" if change > 0 else "fell" if change < 0 else "unchanged"


def _summary(history: History) -> str:
    known = [run for run in history.runs if run.percent is not None]
    if not known:
        return f"{plural(len(history.runs), 'run')} without coverage of outcomes"
    first, last = known[0], known[-1]
    if len(known) == 1:
        return f"{last.percent:.1f} % on {last.label} UTC; a trend needs two runs"
    return (
        f"{first.percent:.1f} % on {first.label} to {last.percent:.1f} % on {last.label} UTC, "
        f"{plural(len(history.runs), 'run')}"
    )


def _figures(history: History) -> Iterator[Figure]:
    verdict = history.last.verdict
    yield coverage_figure("Coverage of outcomes, latest run", verdict.coverage)
    if verdict.other_coverage.total:
        yield coverage_figure("Outcomes of mistakes or on request, latest run", verdict.other_coverage)


def _metadata(history: History) -> Iterator[Fact]:
    yield Fact("runs", str(len(history.runs)))
    for vendor, digests in history.last.verdict.contracts.items():
        yield Fact(f"contract of {vendor}, SHA-256", Code(" ".join(digest[:16] for digest in digests)))


def _sections(history: History) -> Iterator[ReportSection]:
    labels, marks = tuple(run.label for run in history.runs), tuple(history.changes())
    series = [Series(_MAIN, tuple(run.percent for run in history.runs))]
    if any(run.other_percent is not None for run in history.runs):
        series.append(Series(_OTHER, tuple(run.other_percent for run in history.runs)))
    chart = Chart("Coverage of outcomes over time", labels, tuple(series), marks)
    yield ReportSection("Coverage over time", (chart, _runs(history)))
    yield from _latest_changes(history)
    yield _by_operation(history, labels, marks)
    yield ReportSection("Files that were left out", (BulletList(history.unread),) if history.unread else ())


def _runs(history: History) -> Table:
    """Return the runs as a table, the latest first: the text alternative of the chart."""
    changes = history.changes()
    rows: list[tuple[Text | TableCell, ...]] = []
    for number, run in reversed(list(enumerate(history.runs))):
        remarks = [f"another contract of {', '.join(changes[number])}"] if number in changes else []
        remarks += [] if run.is_dated else ["date of the file"]
        rows.append(
            (
                run.label,
                _share(run),
                _percent(run.other_percent),
                TableCell(run.verdict.word, Tone.BAD if run.verdict.failing else Tone.NEUTRAL),
                Code(run.source),
                "; ".join(remarks),
            )
        )
    return table(("date (UTC)", _MAIN, "others", "contract", "report", ""), rows)


def _share(run: HistoryRun) -> str:
    covered = run.verdict.coverage
    return f"{_percent(run.percent)} ({covered.covered} of {covered.total})" if covered.total else _NONE


def _percent(percent: float | None) -> str:
    return _NONE if percent is None else f"{percent:.1f} %"


def _latest_changes(history: History) -> Iterator[ReportSection]:
    """Yield the outcomes that the latest run lost and gained."""
    if len(history.runs) < 2:
        return
    before, now = history.runs[-2].covered, history.last.covered
    for heading, outcomes, tone in (
        ("No longer covered since the run before", before - now, Tone.WARNING),
        ("Covered since the run before", now - before, Tone.NEUTRAL),
    ):
        items = tuple(Code(each) for each in sorted(outcomes))
        yield ReportSection(heading, (BulletList(items),) if items else (), folded=True, tone=tone)


def _by_operation(history: History, labels: tuple[str, ...], marks: tuple[int, ...]) -> ReportSection:
    percents = {key: history.percents(key) for key in history.operations}
    charts = tuple(
        ReportSection(
            Code(key),
            (Chart(f"Coverage of {key} over time", labels, (Series(_MAIN, values),), marks),),
            folded=True,
            figure=coverage_figure("", coverage) if (coverage := history.last.by_operation.get(key)) else None,
        )
        for key, values in percents.items()
    )
    rows = [
        (Code(key), sparkline(values), _percent(values[0]), _percent(values[-1])) for key, values in percents.items()
    ]
    numbers = table(("operation", "over time", "first run", "latest run"), rows) if rows else None
    return ReportSection(
        "Coverage by operation",
        (Alternatives((numbers, *charts), (numbers,)),) if numbers is not None else (),
    )


def _checks(history: History, complaint: str) -> Iterator[Check]:
    for run in history.runs:
        yield Check("coverage", "run", f"{run.label} {run.source}", message=f"coverage {_percent(run.percent)}")
    if complaint:
        yield Check("coverage", "history", "the latest run", CheckStatus.FAILED, complaint, "coverage")


def _data(history: History) -> dict[str, Any]:
    changes = history.changes()
    return {
        "history": [
            {
                "report": run.source,
                "date": run.date.isoformat(),
                "date_from": "report" if run.is_dated else "file",
                "version": run.version or None,
                "verdict": run.verdict.word,
                "coverage": run.verdict.coverage.as_json(),
                "other_coverage": run.verdict.other_coverage.as_json(),
                "findings": len(run.verdict.failing),
                "contracts": run.verdict.contracts,
                "changed_contracts": changes.get(number, ()),
                "operations": {key: covered.as_json() for key, covered in run.by_operation.items()},
            }
            for number, run in enumerate(history.runs)
        ],
        "unread": history.unread,
    }
