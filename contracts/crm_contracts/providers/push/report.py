"""The section of all cases in the report of an examination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.report.document import Alternatives, Paragraph, ReportSection, TableCell, table
from crm_contracts.report.spans import Code, Text, Tone
from crm_contracts.report.text import plural


def cases_section(results: Iterable[CaseResult]) -> ReportSection:
    """Return the section that lists all cases, those that failed first; the terminal has listed them before."""
    ordered = sorted(results, key=lambda result: result.passed)
    failed = sum(not result.passed for result in ordered)
    rows = table(("case", "response", "what your receiver must do"), map(tuple, map(_row, ordered)), folded=True)
    heading = f"All {plural(len(ordered), 'case')} sent to your receiver, {failed} failed"
    return ReportSection(heading, (Alternatives((rows,), ()),) if ordered else ())


def _row(result: CaseResult) -> Iterator[Text | TableCell]:
    yield Code(result.case.name)
    statuses = ", ".join(dict.fromkeys(map(_status, result.answers)))
    if result.passed:
        yield TableCell(f"ok {statuses}", Tone.GOOD)
    else:
        reason = f", as case {result.fails_as}" if result.fails_as else ""
        yield TableCell(f"FAILED {statuses}{reason}", Tone.BAD)
    why = "; ".join(dict.fromkeys(violation.message for each in result.answers for violation in each.violations))
    yield TableCell(result.case.about, details=(Paragraph(why, Tone.BAD),) if why and not result.passed else ())


def _status(response: ReceiverResponse) -> str:
    return response.failure or str(response.status)
