"""The report for build servers: JUnit XML, one test case per operation × outcome and one per violated rule."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.reports.parts.junit import Suite, document, failed, passed, skipped, suite
from crm_contracts.reports.words import chosen, nearest, number, place, safe_lines, standing, summary, whose
from crm_contracts.verdict.coverage import DOCUMENTED, OperationCoverage, OutcomeCount
from crm_contracts.verdict.findings import Broken
from crm_contracts.verdict.model import Verdict


def render(verdict: Verdict) -> str:
    """Return the verdict as JUnit XML.

    Outcomes that are covered are passed test cases, those not tested are skipped. Broken rules are failed test cases;
    those allowed or in the baseline are skipped.
    """
    suites = [*(_of_operation(each) for each in verdict.counted), _rules(verdict)]
    if verdict.complaints:
        suites.append(suite("run", [failed("run", "the run itself", each) for each in verdict.complaints]))
    return document(suites)


def _of_operation(operation: OperationCoverage) -> Suite:
    cases = [_outcome(operation, each) for each in operation.outcomes if each.kind == DOCUMENTED]
    return suite(operation.key, cases)


def _outcome(operation: OperationCoverage, outcome: OutcomeCount) -> list[str]:
    if outcome.counts:
        return passed(operation.key, outcome.label, chosen(outcome))
    return skipped(operation.key, outcome.label, f"not tested. {outcome.cause}".strip())


def _rules(verdict: Verdict) -> Suite:
    cases = [_rule(each) for each in verdict.broken]
    if not cases:
        cases = [passed("contract", f"no rule of the contract is broken: {verdict.word}", summary(verdict))]
    return suite("contract", cases)


def _rule(broken: Broken) -> list[str]:
    name = f"{broken.rule} {place(broken.location)}"
    if broken.request:
        name = f"no operation takes {whose(broken)}"
    about = broken.operation or broken.vendor or "contract"
    if broken.fails:
        return failed(about, name, broken.message, broken.rule, _told(broken))
    return skipped(about, name, f"{standing(broken)}: {broken.message}")


def _told(broken: Broken) -> Iterator[str]:
    yield f"{place(broken.location)}: {safe_lines(broken.message)}"
    yield f"rule {broken.rule}, broken {number(broken.count, 'time')}" + (
        f", {standing(broken)}" if standing(broken) else ""
    )
    if broken.near:
        yield f"most like: {nearest(broken)}"
    answered = f", answered {broken.first.answer}" if broken.first.answer else ""
    yield f"first in {broken.first.id}{answered}"
    yield safe_lines(broken.first.request)
