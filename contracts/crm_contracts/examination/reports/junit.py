"""The report for build servers: JUnit XML, one test case per operation × status and one per broken rule."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.examination.findings import Finding
from crm_contracts.examination.model import Examination
from crm_contracts.examination.reports.words import first, nearest, status, summary, title, where, whose
from crm_contracts.examination.statuses import CONTRADICTED, NOT_REACHED, OperationExamined, StatusSeen
from crm_contracts.reports.parts.junit import Suite, document, failed, passed, skipped, suite
from crm_contracts.reports.words import number, safe, safe_lines


def render(examination: Examination) -> str:
    """Return the examination as JUnit XML.

    Statuses that are confirmed are passed test cases, those not reached are skipped; those contradicted and the rules
    that were broken are failed ones.
    """
    suites = [*(_of_operation(each) for each in examination.operations if each.counted), _rules(examination)]
    if examination.complaints:
        complaints = [failed("examination", "the examination itself", safe(each)) for each in examination.complaints]
        suites.append(suite("examination", complaints))
    return document(suites)


def _of_operation(operation: OperationExamined) -> Suite:
    return suite(operation.key, [_status(operation, each) for each in operation.counted])


def _status(operation: OperationExamined, seen: StatusSeen) -> list[str]:
    if seen.word == NOT_REACHED:
        return skipped(operation.key, str(seen.status), NOT_REACHED)
    if seen.word == CONTRADICTED:
        return failed(operation.key, str(seen.status), f"{CONTRADICTED}: {status(seen)}", CONTRADICTED)
    return passed(operation.key, str(seen.status), f"{seen.word}: {status(seen)}")


def _rules(examination: Examination) -> Suite:
    cases = [_rule(each) for each in examination.findings]
    if not cases:
        name = f"no rule of the contract is broken: {examination.word}"
        cases = [passed("contract", name, f"{title(examination)}: {summary(examination)}")]
    return suite("contract", cases)


def _rule(finding: Finding) -> list[str]:
    name = f"{finding.side}: {finding.rule} {where(finding)}"
    if finding.request:
        name = f"{finding.side}: no operation takes {whose(finding)}"
    return failed(finding.operation or "contract", name, safe(finding.message), finding.rule, _told(finding))


def _told(finding: Finding) -> Iterator[str]:
    yield f"{where(finding)}: {safe(finding.message)}" if where(finding) else safe(finding.message)
    yield f"rule {finding.rule}, broken by the {finding.side}, {number(finding.count, 'time')}"
    if finding.near:
        yield f"most like: {nearest(finding.near)}"
    yield first(finding.first)
    yield safe_lines(finding.first.request)
