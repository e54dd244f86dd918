"""References to other files are followed within the contract's folder, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.errors import ContractError
from crm_mocks.supplied import read_contract
from tests.supplied.documents import document, supplied, with_schema


def schema_of(folder: Path, reference: str) -> tuple[Any, list[str]]:
    """Return what a reference of a response becomes, and the notes."""
    contract = supplied(folder, with_schema("3.0.3", {"$ref": reference}))
    return contract.document["components"]["schemas"], [note.text for note in contract.notes]


def test_a_schema_of_another_file_is_used(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "lead.yaml").write_text("Lead: {type: object, properties: {id: {$ref: 'id.yaml'}}}")
    (tmp_path / "parts" / "id.yaml").write_text("type: integer")
    components, notes = schema_of(tmp_path, "parts/lead.yaml#/Lead")
    assert {"type": "integer"} in components.values()
    assert notes == []


def test_a_path_of_another_file_is_served(tmp_path: Path) -> None:
    (tmp_path / "leads.yaml").write_text("get: {operationId: getLeads, responses: {'200': {description: ''}}}")
    contract = supplied(tmp_path, document(paths={"/leads": {"$ref": "leads.yaml"}}))
    assert contract.document["paths"]["/leads"]["get"]["operationId"] == "getLeads"
    assert [path.name for path in contract.files] == ["crm.json", "leads.yaml"]


def test_files_may_refer_to_one_another_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("type: object\nproperties: {b: {$ref: 'b.yaml'}}")
    (tmp_path / "b.yaml").write_text("type: object\nproperties: {a: {$ref: 'a.yaml'}, root: {$ref: 'crm.json#/x-own'}}")
    contract = with_schema("3.0.3", {"$ref": "a.yaml"})
    contract["x-own"] = {"type": "boolean"}
    components = supplied(tmp_path, contract).document["components"]["schemas"]
    assert {"type": "boolean"} in components.values()


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("https://example.com/lead.yaml", "leads to the network, which is never read"),
        ("../secret.yaml", "leads out of the contract's folder"),
        ("none.yaml", "the file none.yaml does not exist"),
        ("loop.yaml", "the reference loop.yaml cannot be the name of a file"),
        ("a%00b.yaml", "the reference a%00b.yaml cannot be the name of a file"),
        (f"{'x' * 300}.yaml", "cannot be the name of a file"),
        ("about.md", "about.md, line 1: not YAML or JSON"),
        ("#/components/schemas/None", "the reference #/components/schemas/None does not exist"),
        ("#anchor", "the reference #anchor does not exist"),
    ],
)
def test_a_schema_without_target_accepts_everything_with_a_note(tmp_path: Path, reference: str, reason: str) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.yaml").write_text("type: string")
    (tmp_path / "inner" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "inner" / "about.md").write_text("*About* it")
    components, notes = schema_of(tmp_path / "inner", reference)
    assert components == {}
    assert all(reason in note and note.endswith("every value is accepted") for note in notes)
    assert len(notes) == 2  # of the request and of the response


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.yaml").write_text("type: string")
    (tmp_path / "inner" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    _, notes = schema_of(tmp_path / "inner", "link.yaml")
    assert "leads out of the contract's folder" in notes[0]


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lead.yaml").write_text("a: [")
    with pytest.raises(ContractError, match=r"lead\.yaml, line 1: not YAML"):
        schema_of(tmp_path, "lead.yaml")


def test_ref_within_an_example_is_data(tmp_path: Path) -> None:
    content = {"application/json": {"example": {"$ref": "none.yaml"}}}
    operation = {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}
    contract = supplied(tmp_path, document(paths={"/a": {"get": operation}}))
    assert contract.notes == ()
    responses = contract.document["paths"]["/a"]["get"]["responses"]
    assert responses["200"]["content"]["application/json"]["examples"]["status_200"]["value"] == {"$ref": "none.yaml"}


def test_a_place_in_another_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "lead.yaml").write_text("type: object\nproperties:\n  a:\n    pattern: '(?!x)'\n")
    path = tmp_path / "crm.json"
    path.write_text(json.dumps(with_schema("3.0.3", {"$ref": "lead.yaml"})))
    note = read_contract(path, "crm").notes[0]
    assert note.place.endswith("lead.yaml, line 4")
