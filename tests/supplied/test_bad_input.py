"""What is no usable contract is refused with one line that names file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_mocks.errors import ContractError
from crm_mocks.supplied import read_contract
from tests.supplied.documents import OK, document, supplied, with_schema


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("crm.yaml", "", "crm.yaml, line 1: not an OpenAPI document, but an empty file"),
        ("crm.yaml", "- 1\n", "crm.yaml, line 1: not an OpenAPI document, but a list"),
        ("crm.yaml", "a: 1\n", "crm.yaml, line 1: not an OpenAPI document, but a document without 'openapi: 3.…'"),
        (
            "crm.json",
            '{"log": {}}',
            "crm.json, line 1: not an OpenAPI document, but a HAR file: `crm-mocks learn`",
        ),
        (
            "crm.json",
            '{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}}',
            "crm.json, line 1: not an OpenAPI document, but a Postman collection: `crm-mocks learn` drafts",
        ),
        ("crm.yaml", "info: {}\nswagger: '2.0'\n", "crm.yaml, line 2: this is OpenAPI 2.0 (Swagger): convert it first"),
        ("crm.yaml", "openapi: 4.0.0\n", "crm.yaml, line 1: OpenAPI 4.0.0 cannot be served: 3.0 and 3.1 can"),
        ("crm.yaml", 'openapi: "4\\n0"\n', "crm.yaml, line 1: OpenAPI 4 0 cannot be served: 3.0 and 3.1 can"),
        ("crm.yaml", "openapi: 3.0.0\n", "crm.yaml, line 1: the document has no 'paths'"),
        ("crm.yaml", "openapi: 3.0.0\npaths: []\n", "crm.yaml, line 2: 'paths' must be an object"),
        ("crm.yaml", "a: [\n", "crm.yaml, line 2: not YAML or JSON: "),
        ("crm.yaml", "a: 1\nb: 2\na: 3\n", "crm.yaml, line 3: the key 'a' is written twice, first in line 1"),
        ("crm.json", '{"a": 1,\n "a": 2}', "crm.json, line 2: the key 'a' is written twice, first in line 1"),
        ("crm.json", '{"a": 1,\n "b" 2}', "crm.json, line 2: not JSON: "),
        ("crm.yaml", "a: !secret x\n", "crm.yaml, line 1: not YAML or JSON: the tag !secret is unknown"),
        (
            "crm.yaml",
            "openapi: 3.0.0\npaths:\n  /a: 1\n",
            "crm.yaml, line 3: no operation can be served: /a: the path is not",
        ),
        ("crm.yaml", "a: 1\n---\nb: 2\n", "crm.yaml, line 2: not YAML or JSON: a second document begins"),
    ],
)
def test_the_file_and_line_of_the_problem_are_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        read_contract(path, "crm")
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["crm.yaml", "crm.json"])
def test_text_in_another_encoding_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes('{"openapi": "3.0.3",\n "info": {"title": "Müller"}}'.encode("latin-1"))
    with pytest.raises(ContractError, match=f"{name}, line 2: not UTF-8: the byte 0xfc"):
        read_contract(path, "crm")


def test_a_contract_in_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "crm.json"
    path.write_bytes(json.dumps(document()).encode("utf-16"))
    assert "/leads" in read_contract(path, "crm").document["paths"]


def test_a_symbolic_link_to_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "crm.yaml"
    path.symlink_to(path)
    with pytest.raises(ContractError, match=r"cannot read the contract .*crm.yaml: Too many levels"):
        read_contract(path, "crm")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"cannot read the contract .*none.yaml: No such file"):
        read_contract(tmp_path / "none.yaml", "crm")


def test_aliases_that_stand_for_millions_of_values_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = tmp_path / "crm.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ContractError, match="more than 4000000 values"):
        read_contract(path, "crm")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "crm.yaml"
    path.write_text("a: " + "[" * 500 + "]" * 500, encoding="utf-8")
    with pytest.raises(ContractError, match="more than 150 levels"):
        read_contract(path, "crm")


def test_a_contract_of_which_nothing_can_be_served_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(
        ContractError, match=r"line \d+: no operation can be served: GET /leads\?a=1: the path has a query"
    ):
        supplied(tmp_path, document(paths={"/leads?a=1": {"get": {"responses": OK}}}))


def test_a_prefix_must_be_a_path(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="the prefix 'x y' is not a path"):
        supplied(tmp_path, document(), "x y")


@pytest.mark.parametrize("levels", [140, 400])
def test_a_contract_that_is_nested_too_deeply_is_refused(tmp_path: Path, levels: int) -> None:
    example = json.loads('{"a":' * levels + "1" + "}" * levels)
    deep = document(components={"schemas": {"Lead": {"type": "object", "example": example}}})
    if levels < 150:
        assert supplied(tmp_path, deep).published == deep
        return
    with pytest.raises(ContractError, match=r"crm\.json: nested more than 150 levels deep"):
        supplied(tmp_path, deep)


def test_schemas_that_combine_others_too_deeply_are_refused(tmp_path: Path) -> None:
    first, *others = ({"allOf": [{"$ref": f"#/components/schemas/S{level}"}]} for level in range(1, 1_500))
    schemas = {**{f"S{level}": schema for level, schema in enumerate(others, 1)}, "S1499": {}}
    with pytest.raises(ContractError, match=r"crm\.json, line \d+: schemas combine others too deeply"):
        supplied(tmp_path, with_schema("3.0.3", first, **schemas))
