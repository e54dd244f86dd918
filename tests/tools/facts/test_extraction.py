"""The extractors find the facts of a document, and the lists are compared with them."""

from __future__ import annotations

import pytest
import yaml

from crm_mocks.errors import ContractError
from tests.tools.facts.conftest import FACT
from tools.facts.__main__ import main
from tools.facts.extraction import extract, find, require

LEAD = "activix-lead-object.md"
TABLE = """
| attribute | type | description |
| --- | --- | --- |
| `sex` | string | Sex. Possible values are **M**, **F**. |
"""
IDS = [f"attribute-Lead.sex-{part}" for part in ("type", "description", "M", "F")]


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / LEAD).write_text(TABLE, "utf-8")
    return folder


def test_facts_that_a_list_lacks_are_named(write_list, documents):
    (found,) = extract(documents, write_list(FACT))

    assert (found.lacking, found.outdated) == (IDS, [])
    assert found.missing == ["activix-linked-objects.md", "activix-push-lead.md"]


def test_facts_by_hand_and_of_other_documents_are_kept_others_replaced(write_list, documents):
    other = FACT | {"id": "example-id"}
    gone = FACT | {"id": "attribute-Lead.gone-type", "document": LEAD}
    (found,) = extract(documents, write_list(FACT, other, gone))

    assert found.outdated == ["attribute-Lead.gone-type"]
    assert [entry["id"] for entry in found.entries] == ["push-method", "example-id", *IDS]


def test_command_names_what_a_list_lacks_and_updates_it(write_list, documents, capsys):
    folder = write_list(FACT)
    arguments = ["--extract", str(documents), "--lists", str(folder)]

    assert main(arguments) == 1
    assert f"{folder}/activix.yaml lacks attribute-Lead.sex-M\n" in capsys.readouterr().out
    assert main([*arguments, "--update"]) == 0
    assert main(arguments) == 0
    assert [entry["id"] for entry in yaml.safe_load((folder / "activix.yaml").read_text())] == ["push-method", *IDS]


def test_fact_that_the_contract_lacks_is_an_error(write_list, documents, capsys):
    (documents / LEAD).write_text(TABLE.replace("sex", "shoe_size"), "utf-8")

    assert main(["--extract", str(documents), "--lists", str(write_list(FACT))]) == 1
    assert capsys.readouterr().out == (
        "activix: the contract has nothing at /components/schemas/Lead/properties/shoe_size\n"
    )


def test_missing_folder_is_a_usage_error(write_list, tmp_path, capsys):
    assert main(["--extract", str(tmp_path / "none"), "--lists", str(write_list(FACT))]) == 2
    assert capsys.readouterr().err == f"error: there is no folder {tmp_path / 'none'}\n"


def test_pointers_are_resolved_through_lists_and_escapes():
    contract = {"a/b": [{"~": 5}], "none": None}

    assert require(contract, "/a~1b/0/~0") == 5
    assert find(contract, "/none") is not None
    with pytest.raises(ContractError, match="the contract has nothing at /a~1b/1"):
        require(contract, "/a~1b/1")
