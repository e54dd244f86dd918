"""`python -m crm_contracts.lint`."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from crm_contracts.lint.__main__ import main
from crm_contracts.lint.runner import check_file
from crm_mocks.contract.source import directory

CONTRACTS = sorted(directory().glob("*.yaml"))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_our_contracts_have_no_findings(path):
    assert [f"{finding.rule.id}: {finding.location}: {finding.message}" for finding in check_file(path).findings] == []


def test_contracts_without_findings_get_one_line(capsys):
    assert main([str(CONTRACTS[0])]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("House rules kept: 1 contract, ")
    assert line.endswith(" rules, all kept")


def test_a_contract_with_a_key_twice_is_refused_with_exit_code_2(tmp_path, capsys):
    path = tmp_path / "twice.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {}\ninfo: {}\n")
    assert main([str(path)]) == 2
    assert "the key 'info' is written twice, in lines 2 and 3" in capsys.readouterr().err


def test_all_contracts_are_checked_by_default(capsys):
    main([])
    assert f"{len(CONTRACTS)} contracts, " in capsys.readouterr().out


def test_findings_are_shown_with_location_reason_and_fix_and_exit_code_1(tmp_path, capsys):
    path = tmp_path / CONTRACTS[0].name
    text = CONTRACTS[0].read_text("utf-8")
    path.write_text(text.replace("operationId: ", "x-operation: ", 1), "utf-8")
    assert main([str(path)]) == 1
    out = capsys.readouterr().out
    assert re.search(rf"^  {re.escape(str(path))}:\d+ \$\.paths\[", out, re.MULTILINE)
    assert re.search(r"^operation-id\n  why +\w", out, re.MULTILINE)
    assert re.search(r"^  fix +\w", out, re.MULTILINE)


def test_reports_name_each_finding(tmp_path, capsys):
    path = tmp_path / CONTRACTS[0].name
    path.write_text(CONTRACTS[0].read_text("utf-8").replace("operationId: ", "x-operation: ", 1), "utf-8")
    files = {name: tmp_path / name for name in ("json", "junit", "html", "markdown")}
    assert main([str(path), *(part for name, file in files.items() for part in (f"--{name}", str(file)))]) == 1
    document = json.loads(files["json"].read_text("utf-8"))
    assert (document["format"], document["command"]) == ("crm-mocks report 2", "lint")
    [contract] = document["contracts"]
    assert "operation-id" in {finding["rule"] for finding in contract["findings"]}
    failures = ElementTree.parse(files["junit"]).getroot().findall(".//failure")
    assert len(failures) == len(contract["findings"])
    assert "operation-id" in {failure.get("type") for failure in failures}
    assert all("operation-id" in files[name].read_text("utf-8") for name in ("html", "markdown"))


def test_a_report_that_cannot_be_written_is_a_usage_error(tmp_path, capsys):
    assert main([str(CONTRACTS[0]), "--json", str(tmp_path / "none" / "lint.json")]) == 2
    assert "cannot write the --json report" in capsys.readouterr().err


def test_a_missing_file_is_a_usage_error(tmp_path, capsys):
    assert main([str(tmp_path / "missing.yaml")]) == 2
    assert "cannot read the contract missing.yaml" in capsys.readouterr().err


def test_an_unknown_option_is_a_usage_error():
    with pytest.raises(SystemExit) as exit_info:
        main(["--unknown"])
    assert exit_info.value.code == 2


def test_the_rules_can_be_listed(capsys):
    assert main(["--list"]) == 0
    assert "references-resolve\n  why: " in capsys.readouterr().out
