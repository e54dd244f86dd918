"""What OLD and NEW may be, and what is said where they are something else."""

from __future__ import annotations

import gzip
import json
import time

import brotli
import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands import contract_documents
from crm_contracts.commands.contract_sources import source_of
from crm_contracts.diff import compare
from crm_mocks.cli import contract
from crm_mocks.contract.source import directory
from crm_mocks.errors import ContractError, UsageError
from tests.providers.verify.providers import provider, responding

GARAGE = "openapi: 3.0.3\ninfo: {title: Garage}\npaths: {}\n"


def test_a_vendor_is_its_contract_under_the_default_settings():
    document = source_of("crmcom").document
    assert document["info"]["title"] == source_of("crmcom@release=R18.0.0").document["info"]["title"]
    assert compare(document, source_of("crmcom@release=R18.0.0,error_status=200").document).changes == ()


def test_a_setting_gives_another_variant():
    old, new = source_of("crmcom@release=R11.0.0"), source_of("crmcom@release=R14.0.0")
    assert compare(old.document, new.document).changes


def test_a_file_of_a_vendors_contract_has_its_settings(tmp_path):
    path = tmp_path / "old.yaml"
    path.write_bytes((directory() / "crmcom.yaml").read_bytes())
    old = source_of(f"{path}@release=R11.0.0").document
    assert compare(old, source_of("crmcom@release=R11.0.0").document).changes == ()


def test_a_file_may_be_json(tmp_path):
    path = tmp_path / "garage.json"
    path.write_text(json.dumps({"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"200": {}}}}}}), "utf-8")
    assert source_of(str(path)).document["paths"]


def test_json_may_escape_characters_by_surrogate_pairs(tmp_path):
    path = tmp_path / "garage.json"
    path.write_text(r'{"openapi": "3.0.3", "info": {"title": "\ud83d\udc4d"}, "paths": {}}', "utf-8")
    assert source_of(str(path)).document["info"]["title"] == "\N{THUMBS UP SIGN}"


def test_what_a_reference_to_the_network_leads_to_counts_as_any(tmp_path, capsys):
    schema = {"$ref": "https://example.com/common.json#/components/schemas/User"}
    content = {"content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": content, "responses": {"200": {"description": ""}}}
    document = {"openapi": "3.0.3", "info": {"title": "Garage", "version": "1"}, "paths": {"/a": {"post": operation}}}
    path = tmp_path / "garage.json"
    path.write_text(json.dumps(document), "utf-8")
    found = source_of(str(path)).document
    assert found["paths"]["/a"]["post"]["requestBody"] == {"content": {"application/json": {"schema": {}}}}
    assert "references to the network are never read" in capsys.readouterr().err


def test_numbers_as_keys_are_texts(tmp_path):
    path = tmp_path / "garage.yaml"
    path.write_text("openapi: 3.0.3\npaths: {/a: {get: {responses: {200: {}}}}}", "utf-8")
    assert list(source_of(str(path)).document["paths"]["/a"]["get"]["responses"]) == ["200"]


def test_a_contract_that_is_being_served_is_read():
    with crm_mocks.serve("leadbank", port=0) as mocks:
        served = source_of(f"{mocks.url}/openapi/leadbank.json").document
    assert compare(source_of("leadbank").document, served).changes == ()


def test_a_server_that_gives_something_else_is_reported():
    with crm_mocks.serve("leadbank", port=0) as mocks:
        with pytest.raises(UsageError, match=r"/openapi/nobody.json responds with 404, not with a contract"):
            source_of(f"{mocks.url}/openapi/nobody.json")
        with pytest.raises(UsageError, match="is not an OpenAPI document"):
            source_of(f"{mocks.url}/")


def test_a_server_that_does_not_come_to_an_end_is_reported(monkeypatch):
    monkeypatch.setattr(contract_documents, "_SECONDS", -1.0)
    with (
        crm_mocks.serve("leadbank", port=0) as mocks,
        pytest.raises(UsageError, match="did not send its contract within"),
    ):
        source_of(f"{mocks.url}/openapi/leadbank.json")


@pytest.mark.parametrize(
    ("head", "repeated"),
    [
        (b"HTTP/1.1 200 OK\r\nX-A: ", b" "),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"", mtime=0)[:10], b"\0\0\0\xff\xff"),
    ],
    ids=["header", "informational responses", "empty blocks of gzip"],
)
def test_a_server_that_trickles_is_reported(head, repeated, monkeypatch):
    def behaviour(connection, _):
        connection.sendall(head)
        while True:
            connection.sendall(repeated)
            time.sleep(0.02)

    monkeypatch.setattr(contract_documents, "_SECONDS", 0.3)
    with provider(behaviour) as url, pytest.raises(UsageError, match=r"did not send its contract within 0\.3 s"):
        source_of(f"{url}/contract.json")


@pytest.mark.parametrize(
    ("codings", "body", "wanted"),
    [
        ("gzip", b"{}", "the body is not gzip"),
        ("br", brotli.compress(bytes(10_000)), "the body exceeds 1000 bytes when decompressed"),
        ("identity", bytes(10_000), "that is no contract"),
    ],
)
def test_a_body_that_is_no_contract_by_its_coding_or_size_is_reported(codings, body, wanted, monkeypatch):
    monkeypatch.setattr(contract_documents, "MAX_BYTES", 1000)
    with (
        provider(responding("200 OK", body, Content_Encoding=codings)) as url,
        pytest.raises(UsageError, match=wanted),
    ):
        source_of(f"{url}/contract.json")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("nobody", "'nobody' is neither a file nor a vendor: vendors are "),
        ("./missing.yaml", "cannot read the contract missing.yaml: No such file"),
        (".", "cannot read the contract .: Is a directory"),
        ("crmcom@colour=red", "does not depend on the setting 'colour': it has error_status, release"),
        ("config_api@latency_ms=5", "does not depend on the setting 'latency_ms'"),
        ("crmcom@release=R1.0.0", "the setting 'crmcom.release' takes one of R11.0.0"),
        ("https://example.com/openapi.json", "is not on this machine: download the contract"),
        ("http://[::1/openapi.json", "is not on this machine"),
        ("http://127.0.0.1:1/openapi.json", "cannot read the contract http://127.0.0.1:1/openapi.json: "),
        ("a\0b.yaml", "cannot read the contract"),
    ],
)
def test_a_name_without_a_contract_gives_an_error_of_one_line(name, wanted):
    with pytest.raises(UsageError, match=r"^[^\n]+$") as error:
        source_of(name)
    assert wanted in str(error.value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "is not an OpenAPI document of version 3.0 or 3.1"),
        ("[]", "is not an OpenAPI document"),
        ("swagger: '2.0'", "is not an OpenAPI document"),
        ("openapi: 3.2.0", "is not an OpenAPI document"),
        ("openapi: [", "is neither YAML nor JSON"),
        ("\x00", "is neither YAML nor JSON"),
        ("a: " + "[" * 20_000, "is n"),
        ("a: &a [*a]\nopenapi: 3.0.0", "stands within it"),
        ("a: !!binary aGk=\nopenapi: 3.0.0", "has a value that JSON does not have"),
        ("a: .nan\nopenapi: 3.0.0", "has a value that JSON does not have: .nan"),
        ("a: &a [1,1,1,1,1,1,1,1]\n" * 1 + "".join(
            f"a{n}: &a{n} [{','.join([f'*a{n - 1}' if n else '*a'] * 8)}]\n" for n in range(12)
        ) + "openapi: 3.0.0", "has more than 4000000 values"),
    ],
    ids=range(11),
)  # fmt: skip
def test_a_file_that_is_no_contract_gives_an_error_of_one_line(tmp_path, text, wanted):
    path = tmp_path / "contract.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"^[^\n]+$") as error:
        source_of(str(path))
    assert wanted in str(error.value)


def test_a_file_with_variants_that_is_no_vendors_wants_them_named(tmp_path):
    path = tmp_path / "garage.yaml"
    path.write_text(GARAGE + "x-a: {x-in-force: {mode: [a]}}", "utf-8")
    with pytest.raises(UsageError, match=r"garage.yaml has variants but belongs to no vendor: specify .*: mode$"):
        source_of(str(path))
    assert source_of(f"{path}@mode=b").document.keys() == {"openapi", "info", "paths"}


def test_malformed_variants_give_an_error(tmp_path):
    path = tmp_path / "garage.yaml"
    path.write_text(GARAGE + "x-a: {x-in-force: 5}", "utf-8")
    with pytest.raises(UsageError, match=r"variants of the contract .* are malformed"):
        source_of(str(path))


def test_a_condition_that_matches_nothing_gives_an_error_with_its_line(tmp_path):
    path = tmp_path / "garage.yaml"
    path.write_text(GARAGE + "x-conditions:\n  - {in: paths, parts: [/a], x-in-force: {mode: a}}\n", "utf-8")
    with pytest.raises(ContractError, match=r"garage.yaml, line 5: 'paths' has no part '/a'$"):
        source_of(str(path))


def test_a_reference_to_a_file_that_does_not_exist_gives_an_error(tmp_path):
    path = tmp_path / "garage.yaml"
    path.write_text("openapi: 3.0.3\npaths: {/a: {$ref: 'other.yaml#/a'}}", "utf-8")
    with pytest.raises(ContractError, match=r"garage.yaml, line 2: .*the file other.yaml does not exist"):
        source_of(str(path))


@pytest.mark.parametrize("release", ["R11.0.0", "R18.0.0"])
def test_a_contract_that_was_printed_does_not_differ_from_ours(tmp_path, release):
    path = tmp_path / "printed.yaml"
    variant = ["crmcom", "--set", f"release={release}"]
    path.write_text(CliRunner().invoke(contract.command, variant, standalone_mode=False).output, "utf-8")
    ours, printed = source_of(f"crmcom@release={release}").document, source_of(str(path)).document
    assert compare(ours, printed).changes == compare(printed, ours).changes == ()


def test_printed_contracts_differ_as_ours_do(tmp_path):
    releases = ("R11.0.0", "R18.0.0")
    printed = []
    for release in releases:
        path = tmp_path / f"{release}.json"
        variant = ["crmcom", "--format", "json", "--set", f"release={release}"]
        path.write_text(CliRunner().invoke(contract.command, variant, standalone_mode=False).output, "utf-8")
        printed.append(source_of(str(path)).document)
    ours = [source_of(f"crmcom@release={release}").document for release in releases]
    assert compare(*printed).changes == compare(*ours).changes != ()
