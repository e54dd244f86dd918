"""Each rule for authors finds its defects, with their lines, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from crm_contracts.lint.author.runner import author_rules, check_contract
from crm_contracts.lint.registry import Severity
from crm_contracts.lint.runner import rules as house_rules
from crm_mocks.contract.source import directory, load_yaml
from crm_mocks.errors import ContractError
from tests.lint.author.defects import DEFECTS

GOOD = Path(__file__).parent / "good.yaml"
CASES = [pytest.param(case, id=f"{case.rule}-{case.introduce.__name__}") for case in DEFECTS]


@pytest.fixture
def good():
    """A contract without findings; tests may modify it."""
    return load_yaml(GOOD.read_bytes())


@pytest.fixture
def found(tmp_path):
    """Write a contract, in YAML or JSON, and return its findings."""

    def check(contract, suffix="yaml"):
        path = tmp_path / f"crm.{suffix}"
        text = yaml.safe_dump(contract, sort_keys=False) if suffix == "yaml" else json.dumps(contract, indent=2)
        path.write_text(text, "utf-8")
        return check_contract(path).findings

    return check


def test_the_good_contract_has_no_findings():
    assert check_contract(GOOD).findings == []


@pytest.mark.parametrize("case", CASES)
def test_a_defect_breaks_exactly_its_rule_in_its_line(case, good, found, tmp_path):
    case.introduce(good)
    findings = found(good)
    assert {finding.rule.id for finding in findings} == {case.rule}
    assert case.message in findings[0].message
    line = (tmp_path / "crm.yaml").read_text("utf-8").splitlines()[findings[0].line - 1]
    assert case.text in line


@pytest.mark.parametrize("case", CASES)
def test_a_defect_is_found_in_openapi_31_and_json(case, good, found):
    if "nullable" in case.introduce.__name__:
        pytest.skip("3.1 has no nullable")
    case.introduce(good)
    good["openapi"] = "3.1.0"
    assert {finding.rule.id for finding in found(good, "json")} == {case.rule}


def test_each_rule_has_a_defect():
    assert {rule.id for rule in author_rules()} == {case.rule for case in DEFECTS}


def test_rules_of_both_sets_have_different_names():
    assert {rule.id for rule in author_rules()}.isdisjoint(rule.id for rule in house_rules())


def test_each_rule_states_its_reason_and_fix():
    assert all(rule.why.endswith(".") and rule.fix.endswith(".") for rule in author_rules())


def test_what_cannot_be_served_is_an_error_and_the_rest_a_warning():
    errors = {rule.id for rule in author_rules() if rule.severity is Severity.ERROR}
    assert errors == {"operation-served", "reference-resolves", "schema-finite"}


@pytest.mark.parametrize("vendor", ["activix", "config_api", "crmcom", "leadbank"])
def test_our_contracts_have_no_errors(vendor):
    findings = check_contract(directory() / f"{vendor}.yaml").findings
    assert [finding.message for finding in findings if finding.rule.severity is Severity.ERROR] == []


def test_a_finding_in_another_file_names_that_file(good, tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "team.yaml").write_text("type: object\nproperties:\n  members:\n    type: array\n", "utf-8")
    good["components"]["schemas"]["Owner"] = {"$ref": "schemas/team.yaml"}
    path = tmp_path / "crm.yaml"
    path.write_text(yaml.safe_dump(good), "utf-8")
    (finding,) = check_contract(path).findings
    assert (finding.file, finding.line) == (str(tmp_path / "schemas" / "team.yaml"), 3)
    assert finding.location == ("properties", "members")


# --- what is no defect ---


def test_a_required_member_may_be_described_in_a_schema_beside(good, found):
    good["components"]["schemas"]["Contact"]["allOf"][1] = {
        "allOf": [{"$ref": "#/components/schemas/Team"}],
        "required": ["type", "email"],
        "properties": {"id": {"type": "integer"}},
    }
    assert [finding.rule.id for finding in found(good)] == []


def test_conditions_need_no_types(good, found):
    schema = good["components"]["schemas"]["NewContact"]
    schema["not"] = {"required": ["kind", "phone"], "properties": {"kind": {"enum": ["company"]}, "phone": {}}}
    schema["anyOf"] = [{"required": ["kind"]}, {"properties": {"owner": {"type": "object"}}}]
    assert found(good) == []


def test_a_required_read_only_member_of_requests_and_responses_is_fine(good, found):
    schema = good["components"]["schemas"]["NewContact"]
    schema["properties"]["number"] = {"type": "integer", "readOnly": True}
    schema["required"].append("number")
    assert found(good) == []


def test_a_parameter_of_integers_does_not_match_a_word(good, found):
    node = good["paths"]["/contacts/search"]["get"]
    parameters = {
        name: [{"name": name, "in": "path", "required": True, "schema": {"type": kind}}]
        for name, kind in (("word", "string"), ("id", "integer"))
    }
    good["paths"]["/contacts/search/{word}"] = {
        "get": {**node, "operationId": "byWord", "parameters": parameters["word"]}
    }
    good["paths"]["/contacts/{id}/notes"] = {"get": {**node, "operationId": "byId", "parameters": parameters["id"]}}
    assert found(good) == []


def test_an_operation_that_needs_no_credentials_may_document_401(good, found):
    good["paths"]["/contacts/search"]["get"]["security"] = []
    assert found(good) == []


def test_a_format_with_a_pattern_is_checked(good, found):
    good["components"]["schemas"]["NewContact"]["properties"]["phone"]["format"] = "phone"
    assert found(good) == []


def test_whole_numbers_of_more_than_64_bits_are_integers(good, found):
    good["components"]["schemas"]["Contact"]["allOf"][1]["properties"]["id"]["example"] = 2**63
    assert found(good) == []


def test_defaults_of_objects_may_lack_members(good, found):
    good["components"]["schemas"]["Contact"]["allOf"][1]["properties"]["problem"] = {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "default": {},
    }
    assert found(good) == []


def test_recursive_schemas_are_fine(good, found):
    good["components"]["schemas"]["NewContact"]["properties"]["children"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/NewContact"},
    }
    assert found(good) == []


def test_a_contract_whose_examples_could_take_years_to_check_is_refused(tmp_path):
    schemas = {f"S{level}": {"allOf": [{"$ref": f"#/components/schemas/S{level + 1}"}] * 2} for level in range(40)}
    schemas["S40"] = {"type": "object"}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "a", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    path = tmp_path / "crm.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ContractError, match="more than 10000 schemas apply to one value"):
        check_contract(path)
