"""`crm-mocks lint`."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crm_mocks.cli import main
from tests.lint.author.test_author_rules import GOOD

WARNING = ("operationId: createContact", "x-operation: createContact")
ERROR = ("#/components/schemas/Owner", "#/components/schemas/None")


@pytest.fixture
def lint(capsys):
    """Run the command; return its exit code, stdout and stderr."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["lint", *map(str, arguments)])
        return (caught.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def contract(tmp_path):
    """Write the good contract with changes; return its path."""

    def write(*changes, name="their-crm.yaml"):
        text = GOOD.read_text("utf-8")
        for old, new in changes:
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_contract_without_findings_gets_one_line(lint):
    code, out, _ = lint(GOOD)
    assert code == 0
    assert out.startswith("Lint rules kept: 1 contract, 5 operations, ")
    assert out.endswith(" rules, all kept\n")


def test_a_warning_is_shown_with_line_reason_and_fix_and_exit_code_0(lint, contract):
    path = contract(WARNING)
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if text == "    post:")
    code, out, _ = lint(path)
    assert code == 0
    assert "1 warning against 1 rule" in out
    assert f"{path}:{line} $.paths['/contacts'].post" in out
    assert "  fix            Add an operationId, such as createContact." in out


@pytest.mark.parametrize("option", [("--fail-on", "warning"), ("--strict",)])
def test_a_warning_fails_on_request(lint, contract, option):
    code, out, _ = lint(contract(WARNING), "--rule", "operation-id-present", *option)
    assert code == 1
    assert out.startswith("Lint rules broken: ")


def test_an_error_ends_with_exit_code_1(lint, contract):
    code, out, _ = lint(contract(ERROR))
    assert code == 1
    assert "1 error against 1 rule" in out


def test_strict_runs_the_house_rules_too(lint, contract):
    code, out, _ = lint(contract(), "--strict")
    assert code == 1
    assert "operation-described" in out
    assert "handler-exists" not in out


OF_31 = """
openapi: 3.1.1
info: {title: Their CRM, version: "1", summary: Everything that only 3.1 has}
paths:
  /contacts:
    post:
      operationId: createContact
      parameters:
        - {name: q, in: query, schema: true}
        - {name: r, in: query, schema: {type: [integer, "null"], exclusiveMinimum: 0, examples: [a]}}
      requestBody:
        content:
          application/json:
            schema:
              type: array
              prefixItems: [{type: string}, true]
              items: false
              contains: {const: a}
              unevaluatedItems: false
      responses:
        "200":
          description: The contact.
          content: {application/json: {schema: {$ref: "#/components/schemas/Contact", description: One.}}}
components:
  pathItems:
    shared: {get: {responses: {"204": {description: Nothing.}}}}
  schemas:
    Contact:
      type: [object, "null"]
      properties: {a: true, b: false, c: {not: true}, d: {anyOf: [true, {type: string}]}, e: {enum: [a, null]}}
      patternProperties: {"^x": true}
      propertyNames: {pattern: "^[a-z]"}
      additionalProperties: true
      $defs: {Name: {type: string, examples: [a, 5]}}
      if: {required: [a]}
      then: {required: [b]}
      dependentSchemas: {a: {required: [b]}}
      allOf: [true, {$ref: "#/components/schemas/Contact/$defs/Name"}]
      not: {not: true}
"""


def test_strict_checks_openapi_3_1_and_names_the_rules_that_do_not_apply(lint, tmp_path):
    path = tmp_path / "their-crm.yaml"
    path.write_text(OF_31)
    code, out, _ = lint(path, "--strict", "--json", tmp_path / "report.json")
    assert code == 1
    assert "operation-described" in out
    assert f"{path}: rules that do not apply to OpenAPI 3.1.1" in out
    [line] = [line for line in out.splitlines() if line.startswith("  nullable-typed ")]
    assert line.endswith("OpenAPI 3.1 has the type null in place of nullable.")
    [result] = json.loads((tmp_path / "report.json").read_text())["contracts"]
    assert not result["not_run"].keys() & {finding["rule"] for finding in result["findings"]}
    assert "valid-openapi" not in {finding["rule"] for finding in result["findings"]}


def test_what_openapi_3_1_forbids_is_found(lint, tmp_path):
    path = tmp_path / "their-crm.yaml"
    path.write_text(OF_31.replace("    post:", "    post:\n      responsees: {}"))
    code, out, _ = lint(path, "--strict", "--rule", "valid-openapi")
    assert code == 1
    assert "responsees" in out


def test_a_contract_of_webhooks_alone_is_checked(lint, tmp_path):
    path = tmp_path / "their-crm.yaml"
    path.write_text('openapi: 3.1.0\ninfo: {title: T, version: "1"}\nwebhooks: {a: {post: {}}}\n')
    assert lint(path, "--strict")[0] == 1


def test_rules_that_do_not_apply_to_3_1_are_run_on_3_0(lint, contract):
    assert "rules that do not apply" not in lint(contract(), "--strict")[1]


def test_a_vendor_stands_for_its_contract(lint):
    code, out, _ = lint("leadbank", "--strict")
    assert code == 0
    assert "all kept" in out


def test_the_contracts_of_the_option_are_checked_by_default(lint, contract):
    code, out, _ = lint("--contract", f"theirs={contract(WARNING)}")
    assert code == 0
    assert "operation-id-present" in out


def test_an_ignored_rule_is_not_run(lint, contract):
    code, out, _ = lint(contract(WARNING), "--ignore", "operation-id-present")
    assert code == 0
    assert out.endswith("all kept\n")


def test_many_findings_of_a_rule_are_abridged_unless_it_is_named(lint, contract):
    members = "".join(f"\n        m{number}: {{}}" for number in range(12))
    path = contract(("        any: {x-any-type: true}", f"        any: {{x-any-type: true}}{members}"))
    assert "and 2 more: --rule type-stated" in lint(path)[1]
    assert "the member m11 has no type" in lint(path, "--rule", "type-stated")[1]


def test_an_unreadable_file_does_not_hide_the_others(lint, contract, tmp_path):
    code, out, err = lint(contract(WARNING), tmp_path / "none.yaml")
    assert code == 2
    assert "operation-id-present" in out
    assert "cannot read the contract" in err


def test_an_error_outweighs_an_unreadable_file(lint, contract, tmp_path):
    assert lint(contract(ERROR), tmp_path / "none.yaml")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a contract"),
        (("leadbnk",), "'leadbnk' is neither a file nor a vendor (did you mean 'leadbank'?)"),
        ((GOOD, "--rule", "type-statd"), "there is no rule 'type-statd' (did you mean 'type-stated'?)"),
        ((Path(__file__),), "line "),
    ],
)
def test_wrong_usage_gets_one_line_and_exit_code_2(lint, arguments, message):
    code, out, err = lint(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_github_shows_findings_beside_lines(lint, contract):
    path = contract(WARNING)
    (line,) = lint(path, "--format", "github")[1].splitlines()
    assert line.startswith(f"::warning file={path.as_posix()},line=")
    assert ",title=operation-id-present::the operation has no operationId; its name is post_contacts. Add" in line


def test_sarif_has_rules_and_places(lint, contract):
    path = contract(ERROR)
    document = json.loads(lint(path, "--format", "sarif")[1])
    (run,) = document["runs"]
    (result,) = run["results"]
    assert document["version"] == "2.1.0"
    assert result["level"] == "error"
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("their-crm.yaml")
    assert place["region"]["startLine"] > 1


def test_json_has_severity_line_and_message(lint, contract):
    (checked,) = json.loads(lint(contract(WARNING), "--format", "json")[1])["contracts"]
    (finding,) = checked["findings"]
    assert (finding["rule"], finding["severity"]) == ("operation-id-present", "warning")
    assert finding["line"] > 1


def test_junit_has_warnings_as_passed_test_cases(lint, contract, tmp_path):
    report = tmp_path / "lint.xml"
    lint(contract(WARNING), "--junit", report)
    suites = ElementTree.parse(report).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")


def test_the_rules_are_listed(lint):
    code, out, _ = lint("--list")
    assert code == 0
    assert "type-stated (warning)\n  why: " in out
    assert "handler-exists" not in out


@pytest.mark.parametrize("rest", ["paths: {}", "webhooks: {}"])
def test_a_contract_without_any_operation_fails(lint, tmp_path, rest):
    path = tmp_path / "empty.yaml"
    path.write_text(f"openapi: 3.1.0\ninfo: {{title: Empty, version: '1'}}\n{rest}\n", "utf-8")
    code, out, _ = lint(path)
    assert code == 1
    assert "no operation can be served" in out
