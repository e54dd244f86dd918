"""The report for build servers: JUnit XML, one test case for each kind of answer, and one for each weakness."""

from __future__ import annotations

from crm_contracts.clients.fuzz import words
from crm_contracts.clients.fuzz.model import FuzzOutcome, Weakness
from crm_contracts.reports.parts.junit import document, failed, passed, skipped, suite
from crm_contracts.reports.words import safe_lines


def render(fuzz: FuzzOutcome) -> str:
    """Return the report."""
    if fuzz.complaint:
        complaint = failed("fuzz", "the client is ready", fuzz.complaint, "not ready", [safe_lines(fuzz.output)])
        return document([suite("crm-mocks fuzz", [complaint])])
    return document([suite("crm-mocks fuzz", [*_survived(fuzz), *map(_broken, fuzz.weaknesses), *_flaky(fuzz)])])


def _survived(fuzz: FuzzOutcome) -> list[list[str]]:
    """Return a test case for each operation, status and kind that broke nothing."""
    return [
        passed(each.operation, f"{each.status}, {each.kind}", f"{counts.given} answers")
        for each, counts in fuzz.tried.items()
        if counts.given and not counts.broke
    ]


def _broken(weakness: Weakness) -> list[str]:
    answer = weakness.answer
    lines = [words.given(weakness), *weakness.result.failures, words.standing(weakness)]
    lines += [f"reproduction: {weakness.path}", f"test: {weakness.test}"] if weakness.path is not None else []
    lines += ["", safe_lines(weakness.result.run.output)]
    name = f"{answer.status} {answer.outcome}: {weakness.result.case.unusual}"
    return failed(answer.operation, safe_lines(name), "; ".join(weakness.result.failures), weakness.name, lines)


def _flaky(fuzz: FuzzOutcome) -> list[list[str]]:
    cases = []
    for each in fuzz.flaky:
        case = each.result.case
        message = f"flaky: {words.flakiness(each)}"
        cases.append(skipped(case.answer.operation, safe_lines(case.unusual), message))
    return cases
