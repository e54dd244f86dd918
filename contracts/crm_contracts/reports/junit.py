"""The report for build servers: JUnit XML, one test case per operation × outcome and one per violated rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from crm_contracts.reports.words import chosen, nearest, number, place, safe_lines, standing, summary, whose
from crm_contracts.verdict.coverage import DOCUMENTED, OperationCoverage, OutcomeCount
from crm_contracts.verdict.findings import Broken
from crm_contracts.verdict.model import Verdict

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def render(verdict: Verdict) -> str:
    """Return the verdict as JUnit XML, in the form that the schema of Jenkins' xUnit plugin takes (junit-10.xsd).

    Outcomes that are covered are passed test cases, those not tested are skipped. Broken rules are failed test cases;
    those allowed or in the baseline are skipped.
    """
    suites = [*(_of_operation(each) for each in verdict.counted), _rules(verdict)]
    if verdict.complaints:
        suites.append(_suite("run", [_complaint(each) for each in verdict.complaints]))
    tests, failures = (sum(each) for each in zip(*(counts for counts, _ in suites), strict=True))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="crm-mocks" tests="{tests}" failures="{failures}" errors="0">',
        *(line for _, lines in suites for line in lines),
        "</testsuites>",
    ]
    return _ILLEGAL.sub("\ufffd", "\n".join(lines)) + "\n"


_Suite = tuple[tuple[int, int], list[str]]
"""Numbers of tests and failures, and the lines."""


def _suite(name: str, cases: list[list[str]]) -> _Suite:
    failures = sum(any("<failure" in line for line in case) for case in cases)
    skipped = sum(any("<skipped" in line for line in case) for case in cases)
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'
    lines = [f"  <testsuite name={quoteattr(name)} {numbers}>", *(line for case in cases for line in case)]
    return (len(cases), failures), [*lines, "  </testsuite>"]


def _of_operation(operation: OperationCoverage) -> _Suite:
    cases = [_outcome(operation, each) for each in operation.outcomes if each.kind == DOCUMENTED]
    return _suite(operation.key, cases)


def _outcome(operation: OperationCoverage, outcome: OutcomeCount) -> list[str]:
    head = f"    <testcase classname={quoteattr(operation.key)} name={quoteattr(outcome.label)} time="
    if outcome.counts:
        return [f'{head}"0">', f"      <system-out>{escape(chosen(outcome))}</system-out>", "    </testcase>"]
    message = f"not tested. {outcome.cause}".strip()
    return [f'{head}"0">', f"      <skipped message={quoteattr(message)}/>", "    </testcase>"]


def _rules(verdict: Verdict) -> _Suite:
    cases = [_rule(each) for each in verdict.broken]
    if not cases:
        head = f'    <testcase classname="contract" name="no rule of the contract is broken: {verdict.word}" time="0">'
        cases = [[head, f"      <system-out>{escape(summary(verdict))}</system-out>", "    </testcase>"]]
    return _suite("contract", cases)


def _complaint(complaint: str) -> list[str]:
    head = '    <testcase classname="run" name="the run itself" time="0">'
    return [head, f"      <failure message={quoteattr(complaint)}/>", "    </testcase>"]


def _rule(broken: Broken) -> list[str]:
    name = f"{broken.rule} {place(broken.location)}"
    if broken.request:
        name = f"no operation takes {whose(broken)}"
    head = (
        f"    <testcase classname={quoteattr(broken.operation or broken.vendor or 'contract')} name={quoteattr(name)}"
    )
    if broken.fails:
        text = escape("\n".join(_told(broken)))
        message = quoteattr(safe_lines(broken.message))
        body = f"      <failure message={message} type={quoteattr(broken.rule)}>{text}</failure>"
    else:
        body = f"      <skipped message={quoteattr(f'{standing(broken)}: {safe_lines(broken.message)}')}/>"
    return [f'{head} time="0">', body, "    </testcase>"]


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
