"""The JUnit renderer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import Report
from crm_contracts.report.formats import render
from tests.report.jenkins import assert_taken_by_jenkins
from tests.report.samples import document


@pytest.fixture
def root() -> ElementTree.Element:
    """The sample report."""
    return ElementTree.fromstring(render(document(), "junit"))


def test_the_output_conforms_to_the_schema_of_jenkins(root: ElementTree.Element) -> None:
    assert_taken_by_jenkins(root)


def test_cases_have_the_attributes_that_build_servers_need(root: ElementTree.Element) -> None:
    for case in root.iter("testcase"):
        assert set(case.keys()) == {"name", "time", "classname"}
    assert [failure.get("type") for failure in root.iter("failure")] == ["type word", "failure"]
    assert root.get("time") == "0.250"


def test_suites_count_their_cases(root: ElementTree.Element) -> None:
    for suite in (root, *root.iter("testsuite")):
        assert int(suite.get("tests", "")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
    for suite in root.iter("testsuite"):
        assert int(suite.get("skipped", "")) == len(list(suite.iter("skipped")))


def test_cases_show_their_result(root: ElementTree.Element) -> None:
    assert [child.tag for case in root.iter("testcase") for child in case] == [
        "system-out",
        "failure",
        "skipped",
        "failure",
        "system-out",
    ]
    assert root.findtext(".//failure") == "details word"
    assert [output.text for output in root.iter("system-out")] == ["passed word", "printed word"]


def test_names_are_unique_in_their_class() -> None:
    names = ["a", "a (2)", "a", "a", "a (2)", "\x1b", "\\x1b"]
    checks = tuple(Check(f"suite {number % 2}", "class", name) for number, name in enumerate(names))
    root = ElementTree.fromstring(render(Report("run", "", "Done", passed=True, checks=checks), "junit"))
    cases = Counter((case.get("classname"), case.get("name")) for case in root.iter("testcase"))
    assert set(cases.values()) == {1}
    assert len(cases) == len(names)


def test_many_cases_of_one_name_take_linear_time() -> None:
    checks = (Check("suite", "class", "same", CheckStatus.FAILED),) * 20_000
    report = render(replace(document(), checks=checks), "junit")
    assert 'name="same (20000)"' in report
