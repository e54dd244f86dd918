"""Annotations of GitHub Actions."""

from __future__ import annotations

import pytest

from crm_contracts.judge.finding import Finding, Occurrence, Side, Standing
from crm_contracts.judge.reports import annotations
from crm_contracts.judge.verdict import Verdict

TESTS = """\
import httpx


class TestLeads:
    @pytest.mark.parametrize("name", ["max"])
    async def test_creates(self, name): ...
"""


def finding(source: str, standing: Standing = Standing.FAILS) -> Finding:
    return Finding(
        Side.CLIENT,
        "toy",
        "toy.createContact",
        "required",
        ("body", "email"),
        "member 'email' is\nrequired",
        occurrences=(Occurrence(source, "1"),),
        standing=standing,
    )


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_leads.py").write_text(TESTS, "utf-8")
    monkeypatch.chdir(tmp_path)


def test_a_finding_of_a_test_has_its_line():
    text = annotations.render(Verdict(findings=(finding("tests/test_leads.py::TestLeads::test_creates[max]"),)))
    assert text == (
        "::error file=tests/test_leads.py,line=6,title=toy.createContact body.email required::"
        "member 'email' is%0Arequired%0Afirst in tests/test_leads.py::TestLeads::test_creates[max]\n"
    )


@pytest.mark.parametrize("source", ["run-1", "", "gone.py::test_a", "/etc/passwd::test_a", "../x.py::test_a"])
def test_a_finding_without_a_file_of_the_project_has_no_line(source):
    assert annotations.render(Verdict(findings=(finding(source),))).startswith("::error title=toy.createContact")


def test_a_finding_that_does_not_fail_is_left_out():
    known = [finding("run-1", standing) for standing in Standing if standing is not Standing.FAILS]
    assert annotations.render(Verdict(findings=tuple(known))) == ""


def test_a_complaint_is_an_error():
    assert (
        annotations.render(Verdict(complaints=("coverage is 10 %",))) == "::error title=crm-mocks::coverage is 10 %25\n"
    )
