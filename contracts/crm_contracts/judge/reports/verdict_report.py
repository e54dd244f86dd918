"""The report of a verdict, for all commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from crm_contracts.judge.coverage import (
    CONTRADICTED,
    DOCUMENTED,
    NOT_REACHED,
    STATUS_WORDS,
    OperationCoverage,
    OutcomeCount,
    StatusCount,
)
from crm_contracts.judge.finding import Finding, Side, Standing
from crm_contracts.judge.reports.coverage_sections import (
    coverage_figure,
    outcome_sections,
    status_sections,
    status_text,
)
from crm_contracts.judge.reports.finding_item import finding_facts, finding_item, finding_items
from crm_contracts.judge.reports.finding_text import (
    chosen_by_text,
    first_occurrence_text,
    owner,
    problem,
    remark,
    summary,
    unmatched_text,
    unused_text,
)
from crm_contracts.judge.reports.remedies import Remedies, remedies_of
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import (
    BulletList,
    Fact,
    Figure,
    Report,
    ReportSection,
)
from crm_contracts.report.spans import Code, Text, Tone, plain
from crm_contracts.report.text import location_text, plural, times
from crm_mocks import __version__

_BROKEN_BY: Final = {Side.CLIENT: "Broken by the client", Side.PROVIDER: "Broken by the provider"}
_BROKEN_BY_RECEIVER: Final = "Broken by your receiver"
_NOT_FAILING: Final = {
    (Standing.CONTRADICTED,): "Positions that the provider contradicts",
    (Standing.ASSUMPTION,): "Assumptions: the provider differs only from positions of this project",
    (Standing.ALLOWED, Standing.KNOWN): "Broken, but allowed or known",
}


def report(verdict: Verdict, command: str = "run", sections: tuple[ReportSection, ...] = ()) -> Report:
    """Return the report of a verdict.

    Args:
        verdict: verdict of any command.
        command: name of the command.
        sections: sections of the command, shown below the findings that fail.
    """
    subjects = ", ".join(verdict.subjects)
    remedies = remedies_of(command)
    return Report(
        command=command,
        title="Contract",
        word=f"{verdict.word}, but the run failed" if verdict.word == "kept" and verdict.complaints else verdict.word,
        passed=verdict.word == "kept" and not verdict.complaints,
        summary=summary(verdict, "your receiver" if command == "push" else "the provider"),
        subject=": ".join(filter(None, (verdict.title, subjects))),
        tone=Tone.WARNING if verdict.word == "not checked" and not verdict.complaints else None,
        complaints=verdict.complaints,
        figures=tuple(_figures(verdict)),
        sections=(*_failing(verdict, command, remedies), *sections, *_sections(verdict, remedies)),
        metadata=tuple(_metadata(verdict)),
        checks=tuple(_checks(verdict, remedies)),
        data=verdict.as_json(),
    )


def _figures(verdict: Verdict) -> Iterator[Figure]:
    if verdict.counted:
        yield coverage_figure("Coverage of outcomes", verdict.coverage)
        if verdict.other_coverage.total:
            yield coverage_figure("Outcomes of mistakes or on request", verdict.other_coverage)
        yield coverage_figure("Request members", verdict.member_coverage)
        yield coverage_figure("Enum values", verdict.value_coverage)
    if verdict.verified:
        yield from (Figure(f"Statuses {word}", verdict.statuses(word)) for word in STATUS_WORDS)


def _metadata(verdict: Verdict) -> Iterator[Fact]:
    yield Fact("version", f"crm-mocks {__version__}")
    if verdict.sessions:
        yield Fact("sessions", str(len(verdict.sessions)))
    yield Fact("exchanges", str(verdict.exchanges))
    yield from contract_facts(verdict)


def contract_facts(verdict: Verdict) -> Iterator[Fact]:
    """Yield the digests of the contracts in force."""
    for vendor, digests in verdict.contracts.items():
        yield Fact(f"contract of {vendor}, SHA-256", Code(" ".join(digest[:16] for digest in digests)))


def _failing(verdict: Verdict, command: str, remedies: Remedies) -> Iterator[ReportSection]:
    for side, heading in _BROKEN_BY.items():
        shown = _BROKEN_BY_RECEIVER if (side, command) == (Side.PROVIDER, "push") else heading
        yield ReportSection(shown, finding_items(verdict.failing_of(side), remedies), tone=Tone.BAD)


def _sections(verdict: Verdict, remedies: Remedies) -> Iterator[ReportSection]:
    for standings, heading in _NOT_FAILING.items():
        shown = [finding for finding in verdict.standing(*standings) if not _is_allowed_request(finding)]
        yield ReportSection(heading, tuple(finding_item(finding, remedies) for finding in shown), folded=True)
    yield _list(
        "Refused although the request keeps the contract",
        (
            (Code(requests.operation), f" {requests.status} {requests.outcome}".rstrip(), f" {times(requests.count)}")
            for requests in verdict.refused
        ),
    )
    yield _list(
        "Notices",
        (
            (
                Code(notice.operation or notice.vendor or "request"),
                " ",
                Code(location_text(notice.location)),
                f" {notice.kind} {times(notice.count)}: {notice.message}",
            )
            for notice in verdict.notices
        ),
    )
    yield _list(
        "Requests that match no operation, not checked against a contract",
        (
            *map(unmatched_text, verdict.unmatched),
            *map(_allowed_request, filter(_is_allowed_request, verdict.findings)),
        ),
    )
    yield _list("Recorded exchanges that were skipped or not checked completely", verdict.unread)
    yield _list("Checks that were not applied", verdict.not_applied)
    yield _list("Queued responses not used as often as queued", map(unused_text, verdict.unused))
    yield _list(
        "Allowed mistakes", ((Code(entry.name), f" {times(entry.count) or 'never made'}") for entry in verdict.allowed)
    )
    yield _list(
        "Fixed since the baseline",
        (
            (Code(entry.request or entry.operation), " ", Code(location_text(entry.location)), f" {entry.rule}")
            for entry in verdict.resolved
        ),
    )
    yield _list(
        "Defects of the mock itself: please report them",
        ((Code(defect.operation), f" {defect.message} {times(defect.count)}") for defect in verdict.defects),
    )
    yield from outcome_sections(verdict, remedies)
    yield from status_sections(verdict)


def _is_allowed_request(finding: Finding) -> bool:
    """Return whether a finding is about requests that match no operation, all of them allowed: they break nothing."""
    return finding.standing is Standing.ALLOWED and bool(finding.request)


def _allowed_request(finding: Finding) -> str:
    return f"{finding.request} {times(finding.count)}: allowed"


def _list(heading: str, items: Iterable[Text]) -> ReportSection:
    entries = tuple(items)
    return ReportSection(heading, (BulletList(entries),) if entries else (), folded=True)


def _checks(verdict: Verdict, remedies: Remedies) -> Iterator[Check]:
    for operation in verdict.counted:
        yield from (_outcome_check(operation, outcome) for outcome in operation.outcomes if outcome.kind == DOCUMENTED)
    for operation in verdict.verified:
        yield from (_status_check(operation, status) for status in operation.counted_statuses)
    yield from (_rule_check(finding, remedies) for finding in verdict.findings)
    if not verdict.failing:
        name = f"no rule of the contract is broken: {verdict.word}"
        status = CheckStatus.PASSED if verdict.is_checked else CheckStatus.SKIPPED
        yield Check("contract", "contract", name, status, summary(verdict))
    for complaint in verdict.complaints:
        yield Check("run", "run", "the run itself", CheckStatus.FAILED, complaint, "complaint")


def _outcome_check(operation: OperationCoverage, outcome: OutcomeCount) -> Check:
    key = operation.key
    if outcome.counts:
        return Check(key, key, outcome.label, message=chosen_by_text(outcome))
    return Check(key, key, outcome.label, CheckStatus.SKIPPED, f"not tested. {outcome.cause}".strip())


def _status_check(operation: OperationCoverage, status: StatusCount) -> Check:
    key, name = operation.key, str(status.status)
    if status.word == NOT_REACHED:
        return Check(key, key, name, CheckStatus.SKIPPED, NOT_REACHED)
    message = f"{status.word}: {status_text(status)}"
    is_bad = status.word == CONTRADICTED
    return Check(key, key, name, CheckStatus.FAILED if is_bad else CheckStatus.PASSED, message, CONTRADICTED)


def _rule_check(finding: Finding, remedies: Remedies) -> Check:
    name = f"{finding.side}: {finding.rule} {location_text(finding.location)}"
    if finding.request:
        name = f"{finding.side}: no operation matches {finding.request}"
    classname = finding.operation or finding.vendor or "contract"
    message = plain(problem(finding))
    if not finding.fails:
        return Check("contract", classname, name, CheckStatus.SKIPPED, f"{remark(finding)}: {message}")
    details = "\n".join(_details(finding, remedies))
    return Check("contract", classname, name, CheckStatus.FAILED, message, finding.rule, details)


def _details(finding: Finding, remedies: Remedies) -> Iterator[str]:
    yield f"{owner(finding)} {location_text(finding.location)}: {plain(problem(finding))}"
    suffix = f", {remark(finding)}" if remark(finding) else ""
    yield f"rule {finding.rule}, broken by the {finding.side}, {plural(finding.count, 'time')}{suffix}"
    yield from (f"{fact.label}: {plain(fact.value)}" for fact in finding_facts(finding, remedies))
    yield first_occurrence_text(finding.first)
    yield finding.first.request
    if finding.fails and finding.request and finding.first.id:
        yield f"or stub it, in place of the CRM:\n{remedies.stub(finding)}"
    if finding.reproduction != finding.first.request:
        yield finding.reproduction
