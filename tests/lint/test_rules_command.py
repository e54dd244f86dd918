"""`python -m crm_contracts.lint`."""

from __future__ import annotations

import pytest

from crm_contracts.lint.__main__ import main
from crm_contracts.lint.runner import check_file
from crm_mocks.contract.source import directory

CONTRACTS = sorted(directory().glob("*.yaml"))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_of_ours_keeps_all_rules(path):
    assert [f"{each.rule.id}: {each.place}: {each.message}" for each in check_file(path).findings] == []


def test_contracts_that_keep_the_rules_are_summed_up_in_one_line(capsys):
    assert main([str(CONTRACTS[0])]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("1 contract, ")
    assert line.endswith(": all rules are kept")


def test_all_contracts_are_checked_by_default(capsys):
    main([])
    assert f"{len(CONTRACTS)} contracts, " in capsys.readouterr().out


def test_findings_give_exit_code_1_with_file_place_why_and_mend(tmp_path, capsys):
    path = tmp_path / CONTRACTS[0].name
    text = CONTRACTS[0].read_text("utf-8")
    path.write_text(text.replace("operationId: ", "x-operation: ", 1), "utf-8")
    assert main([str(path)]) == 1
    out = capsys.readouterr().out
    assert f"  {path}:$.paths[" in out
    assert "operation-id\n  why:  " in out
    assert "\n  mend: " in out


def test_a_missing_file_is_a_usage_error(tmp_path, capsys):
    assert main([str(tmp_path / "missing.yaml")]) == 2
    assert "cannot read the contract missing.yaml" in capsys.readouterr().err


def test_an_unknown_option_is_a_usage_error():
    with pytest.raises(SystemExit) as stopped:
        main(["--unknown"])
    assert stopped.value.code == 2


def test_the_rules_can_be_listed(capsys):
    assert main(["--list"]) == 0
    assert "references-resolve\n  why:  " in capsys.readouterr().out
