"""The contract of Toy CRM has all marks of docs/contract-marks.md."""

from __future__ import annotations

from crm_contracts.lint import Implementation, LintContext, check
from tests import toy


def test_the_contract_of_toy_crm_has_no_findings(tmp_path):
    mock = toy.load(tmp_path)
    implementation = Implementation(frozenset(vars(mock.operations)), mock.settings_type())
    findings = check(LintContext("toy", mock.contract_file.document, implementation))
    assert [f"{finding.rule.id}: {finding.message}" for finding in findings] == []
