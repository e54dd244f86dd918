"""Each house rule finds its defects and nothing else."""

from __future__ import annotations

import copy

import pytest

from crm_contracts.lint import LintContext, check, rules
from crm_contracts.lint.locations import json_path
from tests.lint.defects import DEFECTS
from tests.lint.portable_contracts import BROKEN

CASES = [
    pytest.param(rule, introduce, id=f"{rule}-{introduce.__name__}")
    for rule, defects in DEFECTS.items()
    for introduce in defects
]


def test_the_good_contract_has_no_findings(good, toy):
    assert check(LintContext("toy", good, toy)) == []


@pytest.mark.parametrize(("rule", "introduce"), CASES)
def test_a_defect_breaks_exactly_its_rule(rule, introduce, good, toy):
    introduce(good)
    findings = check(LintContext("toy", good, toy))
    assert {finding.rule.id for finding in findings} == {rule}
    assert all(finding.message for finding in findings)


def test_each_rule_has_a_defect():
    assert {rule.id for rule in rules()} == set(DEFECTS) | {case.rule for case in BROKEN}


def test_each_rule_states_its_reason_and_fix():
    assert all(rule.why.endswith(".") and rule.fix.endswith(".") for rule in rules())


def test_a_contract_without_vendor_is_a_finding(good):
    findings = check(LintContext("toy", good, None))
    assert [finding.message for finding in findings] == ["there is no vendor crm_mocks/vendors/toy"]


def test_the_location_of_a_finding_is_shown_as_json_path(good, toy):
    good["paths"]["/toy/leads"]["post"]["tags"] = ["Other"]
    (finding,) = check(LintContext("toy", good, toy))
    assert json_path(finding.location) == "$.paths['/toy/leads'].post.tags"


def test_a_finding_in_some_variants_names_their_settings(good, toy):
    del good["paths"]["/toy/leads"]["post"]["requestBody"]["content"]["application/json"]["examples"]["created"]
    (finding,) = check(LintContext("toy", good, toy))
    assert "(with strict True, release R1 and 1 other variant)" in finding.message


def test_rules_do_not_modify_the_contract(good, toy):
    before = copy.deepcopy(good)
    check(LintContext("toy", good, toy))
    assert good == before


def test_a_property_may_be_named_like_a_keyword(good, toy):
    good["components"]["schemas"]["Lead"]["properties"]["example"] = {"type": "string", "description": "An example."}
    findings = check(LintContext("toy", good, toy))
    assert [finding.message for finding in findings] == ["the property 'example' has no example"]
