"""`crm-mocks learn`: files, options and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import yaml

import crm_mocks
from tests.learn.collection import COLLECTION, write_collection
from tests.learn.invoking import invoke, learned
from tests.learn.making import call, write


def test_without_output_the_draft_is_printed(tmp_path: Path) -> None:
    code, output = invoke("learn", write(tmp_path, call("GET", "/contacts")), "--title", "Theirs")
    assert code == 0
    assert yaml.safe_load(output.partition("draft: ")[0])["info"]["title"] == "Theirs"
    assert "draft: 1 operation from 1 request, 0 guesses marked x-guess" in output


def test_files_are_merged(tmp_path: Path) -> None:
    first = write(tmp_path, call("GET", "/contacts"))
    second = write(tmp_path, call("GET", "/deals"), name="more.har")
    assert set(learned(tmp_path / "c.yaml", first, second)["paths"]) == {"/contacts", "/deals"}


def test_a_journal_file_is_read(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with crm_mocks.serve(["config_api"], port=0, journal=journal) as mocks:
        httpx.get(f"{mocks.url}/v1/leads/config", headers={"x-api-key": "demo-key"})
    assert set(learned(tmp_path / "c.yaml", journal)["paths"]) == {"/leads/config"}


def test_an_existing_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    recording, target = write(tmp_path, call("GET", "/contacts")), tmp_path / "c.yaml"
    target.write_text("mine")
    code, output = invoke("learn", recording, "-o", target)
    assert (code, target.read_text()) == (2, "mine")
    assert "use --force to replace it" in output
    assert invoke("learn", recording, "-o", target, "--force")[0] == 0


def test_several_hosts_need_a_choice(tmp_path: Path) -> None:
    other = "https://tracker.example/api/events"
    recording = write(tmp_path, call("GET", "/contacts"), call("GET", "/contacts"), call("POST", other))
    code, output = invoke("learn", recording)
    assert code == 2
    assert "api.theirs.example (2 requests), tracker.example (1 request); choose with --host HOST" in output
    assert set(learned(tmp_path / "h.yaml", recording, "--host", "api.theirs.example")["paths"]) == {"/contacts"}
    below = learned(tmp_path / "u.yaml", recording, "--url", "https://tracker.example/api")
    assert (set(below["paths"]), below["servers"]) == ({"/events"}, [{"url": "https://tracker.example/api"}])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"log": {"entries": []}}', "there is no traffic in"),
        ("{}", "is not a HAR file, VCR cassette, journal of the mocks or Postman collection"),
        ('{"requests": [], "order": [], "name": "old"}', "export it as version 2.1"),
        ("[", "is not JSON"),
    ],
)
def test_a_file_without_traffic_is_one_line(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "traffic.json"
    path.write_text(content)
    code, output = invoke("learn", path)
    assert (code, len(output.splitlines())) == (2, 1)
    assert message in output


@pytest.mark.parametrize(
    "arguments", [("--host", "other.example"), ("--url", "ftp://a"), ("--url", "https://other.example")]
)
def test_a_wrong_scope_is_one_line(arguments: tuple[str, str], tmp_path: Path) -> None:
    code, output = invoke("learn", write(tmp_path, call("GET", "/contacts")), *arguments)
    assert (code, len(output.splitlines())) == (2, 1)


def test_examples_can_be_left_out(tmp_path: Path) -> None:
    recording = write(tmp_path, call("GET", "/contacts/1", received={"name": "Ada"}))
    assert "Ada" in str(learned(tmp_path / "with.yaml", recording))
    assert "Ada" not in str(learned(tmp_path / "without.yaml", recording, "--no-examples"))


def test_a_collection_gives_names_tags_and_descriptions(tmp_path: Path) -> None:
    document = learned(tmp_path / "c.yaml", write_collection(tmp_path))
    assert document["info"]["title"] == COLLECTION["info"]["name"]
    assert document["servers"] == [{"url": "https://api.theirs.example/v1"}]
    assert document["components"]["securitySchemes"] == {"xKey": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    read = document["paths"]["/contacts/{contactId}"]["get"]
    assert (read["operationId"], read["summary"], read["tags"]) == ("readAContact", "Read a contact", ["Contacts"])
    assert read["parameters"][0]["description"] == "The contact's number."
    query = document["paths"]["/contacts"]["get"]["parameters"]
    assert [each["name"] for each in query] == ["limit", "q"]
    assert document["paths"]["/login"]["post"]["security"] == []
    photo = document["paths"]["/contacts/{contactId}/photo"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert photo["schema"]["properties"]["photo"] == {"type": "string", "format": "binary"}


def test_a_collection_without_a_value_for_its_base_has_no_server(tmp_path: Path) -> None:
    collection = json.loads(json.dumps(COLLECTION)) | {"variable": []}
    document = learned(tmp_path / "c.yaml", write_collection(tmp_path, collection))
    assert "servers" not in document
    assert "/contacts/{contactId}" in document["paths"]
