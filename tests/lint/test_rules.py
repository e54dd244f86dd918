"""The house rules themselves: each trips on what it is about, and on nothing else."""

from __future__ import annotations

import copy

import pytest

from crm_contracts.lint import Subject, check, rules
from crm_contracts.lint.places import json_path
from tests.lint.breakers import BREAKERS

CASES = [pytest.param(rule, alter, id=f"{rule}-{alter.__name__}") for rule, all_ in BREAKERS.items() for alter in all_]


def test_a_good_contract_keeps_all_rules(good, toy):
    assert check(Subject("toy", good, toy)) == []


@pytest.mark.parametrize(("rule", "alter"), CASES)
def test_a_broken_contract_trips_exactly_its_rule(rule, alter, good, toy):
    alter(good)
    findings = check(Subject("toy", good, toy))
    assert {finding.rule.id for finding in findings} == {rule}
    assert all(finding.message for finding in findings)


def test_each_rule_has_a_contract_that_breaks_it():
    assert {rule.id for rule in rules()} == set(BREAKERS)


def test_each_rule_says_why_it_matters_and_how_to_mend_it():
    assert all(rule.why.endswith(".") and rule.fix.endswith(".") for rule in rules())


def test_a_contract_without_vendor_is_told_so(good):
    findings = check(Subject("toy", good, None))
    assert [finding.message for finding in findings] == ["there is no vendor crm_mocks/vendors/toy"]


def test_a_finding_names_the_place_as_json_path(good, toy):
    good["paths"]["/toy/leads"]["post"]["tags"] = ["Other"]
    (finding,) = check(Subject("toy", good, toy))
    assert json_path(finding.place) == "$.paths['/toy/leads'].post.tags"


def test_a_finding_in_some_variants_says_in_which(good, toy):
    del good["paths"]["/toy/leads"]["post"]["requestBody"]["content"]["application/json"]["examples"]["created"]
    (finding,) = check(Subject("toy", good, toy))
    assert "(with strict True, release R1 and 1 other variant)" in finding.message


def test_rules_leave_the_contract_as_it_was(good, toy):
    before = copy.deepcopy(good)
    check(Subject("toy", good, toy))
    assert good == before


def test_a_property_named_like_a_keyword_is_a_property(good, toy):
    good["components"]["schemas"]["Lead"]["properties"]["example"] = {"type": "string", "description": "An example."}
    findings = check(Subject("toy", good, toy))
    assert [finding.message for finding in findings] == ["the property 'example' has no example"]
