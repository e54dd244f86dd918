"""The contract of Toy CRM has all marks of docs/contract-marks.md."""

from __future__ import annotations

from crm_contracts.lint import Implementation, LintContext, check
from crm_mocks.contract.source import read
from tests import toy


def test_the_contract_of_toy_crm_has_no_findings(tmp_path):
    mock = toy.load(tmp_path)
    implementation = Implementation(frozenset(vars(mock.operations)), mock.settings_type())
    published, _ = read(tmp_path / "openapi" / "toy.yaml")
    findings = check(LintContext("toy", published, implementation))
    assert [f"{finding.rule.id}: {finding.message}" for finding in findings] == []
