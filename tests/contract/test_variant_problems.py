"""Variants and conditions that match nothing are errors with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from crm_mocks.contract.source import load_yaml
from crm_mocks.contract.variant_problems import expand_checked
from crm_mocks.errors import ContractError

TEXT = """\
openapi: 3.0.3
components:
  schemas:
    Lead:
      properties:
        name: {type: string}
        old: {$ref: "#/components/schemas/Old"}
        new: {type: string, x-available-from: R2}
"""
NEED = "a condition needs `in` (a keyword), `parts` (names or indexes) and `x-in-force`, `x-available-from` …"


def _conditions(*conditions: str) -> str:
    return "      x-conditions:\n" + "".join(f"        - {condition}\n" for condition in conditions)


@pytest.mark.parametrize(
    ("added", "line", "problem"),
    [
        ("      x-variant-properties: [name]\n", 9, "x-variant-properties must be an object of objects"),
        ("      x-variant-properties: {fax: 1}\n", 9, "x-variant-properties must be an object of objects"),
        (
            "      required: [name]\n      x-variant-required: {name: {}}\n",
            10,
            "x-variant-required stands beside a 'required' that is not an object",
        ),
        (
            "      x-variant-properties:\n        fax: {}\n        name: {}\n",
            11,
            "'name' stands under 'properties' too, and only one of them can be in the contract: "
            "give the part in x-variant-properties another name",
        ),
        (
            "      examples: {a: {value: 1}}\n      x-refused-examples:\n        a: {value: 2}\n",
            11,
            "'a' stands under 'examples' too, and only one of them can be in the contract: "
            "give the part in x-refused-examples another name",
        ),
        ("      x-conditions: {in: properties}\n", 9, "x-conditions must be a list of conditions"),
        (_conditions("old"), 10, NEED),
        (_conditions("{in: properties, parts: [old]}"), 10, NEED),
        (_conditions("{in: properties, x-available-from: R2}"), 10, NEED),
        (
            _conditions("{in: properties, parts: old, x-available-from: R2}"),
            10,
            "`parts` must be a list of names or indexes",
        ),
        (
            _conditions("{in: properties, parts: [], x-available-from: R2}"),
            10,
            "`parts` must be a list of names or indexes",
        ),
        (
            _conditions("{in: headers, parts: [old], x-available-from: R2}"),
            10,
            "`in` names 'headers', which the node does not have",
        ),
        (
            _conditions("{in: properties, parts: [old, fax], x-available-from: R2}"),
            10,
            "'properties' has no part 'fax'",
        ),
        (
            "      allOf: [{type: object}]\n" + _conditions("{in: allOf, parts: [1], x-available-from: R2}"),
            11,
            "'allOf' has no part 1",
        ),
        (
            _conditions("{in: properties, parts: [new], x-available-from: R3}"),
            10,
            "the part 'new' of 'properties' has x-available-from already, which would be replaced",
        ),
        (
            _conditions(*["{in: properties, parts: [old], x-available-from: R2}"] * 2),
            11,
            "the part 'old' of 'properties' has x-available-from already, which would be replaced",
        ),
    ],
)
def test_a_variant_or_condition_that_cannot_be_applied_is_an_error(
    tmp_path: Path, added: str, line: int, problem: str
) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(TEXT + added, "utf-8")
    with pytest.raises(ContractError) as error:
        expand_checked(load_yaml(TEXT + added), "toy.yaml", path)
    assert str(error.value) == f"toy.yaml, line {line}: {problem}"


def test_without_a_file_the_error_has_the_location() -> None:
    document = load_yaml(TEXT + _conditions("{in: properties, parts: [fax], x-available-from: R2}"))
    with pytest.raises(ContractError, match=r"^toy, components/schemas/Lead/x-conditions/0: 'properties' has no part"):
        expand_checked(document, "toy")


@pytest.mark.parametrize(
    "added",
    [
        "      x-variant-properties: {fax: {type: string, x-available-before: R2}}\n",
        "      x-variant-required: {name: {}}\n",
        _conditions("{in: properties, parts: [old], x-available-from: R2}"),
        _conditions(
            "{in: properties, parts: [old], x-available-from: R2}",
            "{in: properties, parts: [old], x-in-force: {strict: true}}",
        ),
        "      x-variant-properties: {fax: {$ref: '#/a'}}\n"
        + _conditions("{in: properties, parts: [fax], x-available-before: R2}"),
        "      x-refused-examples: {a: {value: 1}}\n"
        + _conditions("{in: examples, parts: [a], x-available-before: R2}"),
        "      allOf: [{$ref: '#/a'}]\n" + _conditions("{in: allOf, parts: [0], x-available-from: R2}"),
    ],
)
def test_variants_and_conditions_that_match_are_applied(added: str) -> None:
    expanded = expand_checked(load_yaml(TEXT + added), "toy")
    assert "x-conditions" not in yaml.safe_dump(expanded)
    assert "x-variant" not in yaml.safe_dump(expanded)
