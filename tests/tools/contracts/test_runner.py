from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest

from crm_mocks.errors import CrmMocksError, UsageError
from tools.contracts import excused
from tools.contracts.__main__ import main
from tools.contracts.catalogue import TOOLS, chosen_tools
from tools.contracts.excused import Excuse
from tools.contracts.page import page
from tools.contracts.published_contract import published_contracts
from tools.contracts.runner import run_all, stale
from tools.contracts.tool import StatementCounts, Tool, ToolFinding, ToolResult
from tools.contracts.workspace import HERE, Workspace


class Grumbler(Tool):
    """Reports what it is given, for each contract."""

    name: ClassVar[str] = "Grumbler"
    purpose: ClassVar[str] = "nothing"
    results: ClassVar[list[ToolResult]] = []

    def version(self):
        return "1.2"

    def run(self, contract):  # noqa: ARG002  # as all tools
        if not self.results:
            raise CrmMocksError("it crashed")
        return self.results[0]


@pytest.fixture
def contracts(tmp_path):
    return published_contracts(["crmcom"], tmp_path)


def report_of(contracts, results, excuses=(), **attributes):
    tool = type("Grumbler", (Grumbler,), {"results": results, **attributes})(Workspace(Path()))
    *_, (_, report) = run_all([tool], contracts, list(excuses))
    return report


def test_each_release_but_the_default_has_a_contract_of_its_own(contracts):
    names = [each.name for each in contracts]
    assert names == ["crmcom", "crmcom R11.0.0", "crmcom R11.1.0", "crmcom R14.0.0", "crmcom R15.0.0"]
    assert contracts[0].path.name == "crmcom.yaml"
    assert all(each.path.exists() for each in contracts)


def test_an_unknown_vendor_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="unknown vendor 'acme'"):
        published_contracts(["acme"], tmp_path)


def test_a_finding_fails(contracts):
    report = report_of(contracts, [ToolResult([ToolFinding("paths", "is wrong")])])
    assert report.failed
    assert report.cells["Grumbler", "crmcom"].text() == "1 error"


def test_an_excused_finding_does_not_fail(contracts):
    excuse = Excuse("Grumbler", re.compile("wrong"), "it is not")
    report = report_of(contracts, [ToolResult([ToolFinding("paths", "is wrong")])], [excuse])
    assert not report.failed
    assert report.cells["Grumbler", "crmcom"].text() == "ok, 1 excused"


@pytest.mark.parametrize(
    "excuse",
    [
        Excuse("Grumbler", re.compile("right"), "r"),
        Excuse("Spectral", re.compile("wrong"), "r"),
        Excuse("Grumbler", re.compile("wrong"), "r", ("leadbank",)),
    ],
)
def test_an_excuse_of_another_finding_tool_or_vendor_covers_nothing(contracts, excuse):
    assert report_of(contracts, [ToolResult([ToolFinding("paths", "is wrong")])], [excuse]).failed


def test_a_tool_that_does_not_work_fails(contracts):
    report = report_of(contracts, [])
    assert str(report.cells["Grumbler", "crmcom"].findings[0]) == "Grumbler does not work: it crashed"


def test_a_tool_of_the_default_release_runs_on_no_other(contracts):
    report = report_of(contracts, [ToolResult()], every_release=False)
    assert list(report.cells) == [("Grumbler", "crmcom")]


def test_an_excuse_that_excuses_nothing_is_stale_if_its_tool_ran(contracts):
    unused, other = Excuse("Grumbler", re.compile("x"), "r"), Excuse("Spectral", re.compile("x"), "r")
    assert stale([unused, other], report_of(contracts, [ToolResult()])) == [unused]


def test_a_skipped_tool_leaves_no_excuse_stale(contracts):
    excuse = Excuse("Grumbler", re.compile("x"), "r")
    assert stale([excuse], report_of(contracts, [ToolResult(skipped="there is no php")])) == []


def test_statements_are_shown_as_sent_answered_and_read(contracts):
    report = report_of(contracts, [ToolResult(statements=StatementCounts(5, 4, 3))])
    assert report.cells["Grumbler", "crmcom"].text() == "ok, 5/4/3"


def test_the_page_has_each_tool_and_the_reason_of_each_excuse(contracts):
    excuse = Excuse("Grumbler", re.compile("wrong"), "it is not")
    text = page(report_of(contracts, [ToolResult([ToolFinding("paths", "is wrong")])], [excuse]))
    assert "| Grumbler | 1.2 | ok, 1 excused |" in text
    assert "| 5 | `wrong` | it is not |" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {tool: Prism, finding: x}", "entry 1 needs tool, finding and reason"),
        ("- {tool: Prism, finding: x, reason: r, because: y}", "entry 1 needs tool, finding and reason"),
        ("- {tool: Prism, finding: '(', reason: r}", "is no pattern"),
    ],
)
def test_a_malformed_excuse_is_a_usage_error(tmp_path, text, message):
    path = tmp_path / "excused.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        excused.read(path)


def test_every_committed_excuse_names_a_tool():
    assert {excuse.tool for excuse in excused.read()} <= {tool.name for tool in TOOLS}


def test_an_unknown_tool_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match=r"unknown tool 'spectrall' .did you mean 'spectral'"):
        chosen_tools(Workspace(tmp_path), ["spectrall"], quick=False)


def test_quick_tools_are_some_of_all_tools(tmp_path):
    quick = {each.name for each in chosen_tools(Workspace(tmp_path), [], quick=True)}
    assert quick == {tool.name for tool in TOOLS if tool.quick}


def test_without_node_one_line_and_exit_code_2(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["leadbank", "--quick", "--build", str(tmp_path / "build")]) == 2
    assert capsys.readouterr().err == (
        "error: there is no node on this machine: `make contracts` needs node 20 with npm\n"
    )


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (HERE / "package-lock.json").read_text("utf-8")
