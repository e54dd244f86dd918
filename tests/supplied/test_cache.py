from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_mocks.supplied import cache, read_contract
from tests.supplied.documents import document


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "crm-mocks" / "contracts"


def large(tmp_path: Path) -> Path:
    """Write a YAML contract that is large enough to be cached."""
    path = tmp_path / "crm.yaml"
    padding = "\n".join(f"x-{n}: {'y' * 60}" for n in range(1000))
    path.write_text(f"{padding}\n" + "\n".join(f"{key}: {json.dumps(value)}" for key, value in document().items()))
    return path


def test_a_cached_contract_is_the_same_as_a_parsed_one(tmp_path: Path, folder: Path) -> None:
    first = read_contract(large(tmp_path), "crm")
    assert [entry.suffix for entry in folder.iterdir()] == [".json"]
    again = read_contract(large(tmp_path), "crm")
    assert (again.document, again.published, again.digest) == (first.document, first.published, first.digest)


def test_a_large_file_is_parsed_once(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_contract(large(tmp_path), "crm")
    monkeypatch.setattr("crm_mocks.supplied.files.parse_yaml", lambda _: pytest.fail("parsed again"))
    read_contract(large(tmp_path), "crm")


def test_a_damaged_entry_is_not_used(tmp_path: Path, folder: Path) -> None:
    first = read_contract(large(tmp_path), "crm")
    for entry in folder.iterdir():
        entry.write_bytes(entry.read_bytes()[:-40])
    assert read_contract(large(tmp_path), "crm").document == first.document


def test_without_a_writable_folder_nothing_is_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert read_contract(large(tmp_path), "crm").document["paths"]


def test_old_entries_are_dropped(folder: Path) -> None:
    for number in range(210):
        cache.store(str(number).encode(), number)
    assert len([*folder.iterdir()]) == 200
    assert cache.cached(b"209") == 209


def test_a_bundle_is_read_again_when_one_of_its_files_changes(tmp_path: Path, folder: Path) -> None:
    names = [f"part{n}.yaml" for n in range(25)]
    for name in names:
        (tmp_path / name).write_text("type: string\n")
    schemas = {f"S{n}": {"$ref": name} for n, name in enumerate(names)}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    operation = {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}
    path = tmp_path / "crm.json"
    path.write_text(json.dumps(document(paths={"/a": {"get": operation}}, components={"schemas": schemas})))
    first = read_contract(path, "crm")
    assert read_contract(path, "crm").digest == first.digest
    assert len(read_contract(path, "crm").files) == 26
    (tmp_path / "part0.yaml").write_text("type: integer\n")
    changed = read_contract(path, "crm")
    assert [*changed.document["components"]["schemas"].values()] == [{"type": "integer"}]
    assert changed.digest != first.digest


def test_the_cache_can_be_turned_off(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MOCKS_CACHE", "off")
    assert read_contract(large(tmp_path), "crm").document["paths"]
    assert not folder.exists()


def test_a_value_that_json_lacks_is_not_cached(folder: Path) -> None:
    cache.store(b"key", {"maximum": float("inf")})
    assert cache.cached(b"key") is None
