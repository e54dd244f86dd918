"""The contract of docs/new-crm.md, which readers start from."""

from __future__ import annotations

from crm_contracts.lint import Implementation, Subject, check
from tests import toy


def test_the_recipe_for_a_new_crm_keeps_the_house_rules(tmp_path):
    mock = toy.load(tmp_path)
    implementation = Implementation(frozenset(vars(mock.operations)), mock.settings_type())
    findings = check(Subject("toy", mock.contract_file.document, implementation))
    assert [f"{each.rule.id}: {each.message}" for each in findings] == []
