"""The contract of a vendor is parsed once."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm_mocks.contract import cache, source
from crm_mocks.contract.contract import ContractFile
from crm_mocks.errors import ContractError

CONTRACT = b"openapi: 3.0.3\nresponses: {200: ok, 404: {limit: 1.0, on: no, day: 2026-01-02}}\n"


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "crm.yaml"
    path.write_bytes(CONTRACT)
    return path


def test_a_cached_contract_is_the_same_as_a_parsed_one(contract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = source.read(contract)
    monkeypatch.setattr(source, "load_yaml", lambda _: pytest.fail("parsed again"))
    again = source.read(contract)
    assert repr(again) == repr(first)
    assert list(again[0]["responses"]) == ["200", "404"]


def test_a_changed_contract_is_parsed_again(contract: Path) -> None:
    source.read(contract)
    contract.write_bytes(CONTRACT + b"info: {}\n")
    assert "info" in source.read(contract)[0]


def test_a_damaged_entry_is_parsed_again_and_replaced(contract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = source.read(contract)
    folder = cache.folder()
    assert folder is not None
    (entry,) = folder.iterdir()
    good = entry.read_bytes()
    entry.write_bytes(good[:-9] + b"damaged!\n")
    assert source.read(contract) == first
    assert entry.read_bytes() == good


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a pipe")
def test_an_entry_that_is_no_file_is_not_waited_for(contract: Path) -> None:
    first = source.read(contract)
    folder = cache.folder()
    assert folder is not None
    (entry,) = folder.iterdir()
    entry.unlink()
    os.mkfifo(entry)
    assert source.read(contract) == first


def test_a_contract_with_a_key_twice_is_refused_each_time(contract: Path) -> None:
    contract.write_bytes(CONTRACT + b"openapi: 3.0.3\n")
    for _ in range(2):
        with pytest.raises(ContractError, match="openapi"):
            source.read(contract)


VARIANTS = b"""
openapi: 3.0.3
paths: {}
components: {schemas: {A: {x-in-force: {mode: plain}}, B: {}}}
"""


def test_a_contract_in_force_is_made_once(contract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract.write_bytes(VARIANTS)
    settings = [SimpleNamespace(mode=mode) for mode in ("plain", "other")]
    first = [ContractFile("crm", contract).in_force(each).document for each in settings]
    assert [list(each["components"]["schemas"]) for each in first] == [["A", "B"], ["B"]]
    monkeypatch.setattr(source, "read", lambda *_: pytest.fail("read again"))
    again = [ContractFile("crm", contract).in_force(each).document for each in settings]
    assert repr(again) == repr(first)


def test_a_contract_that_cannot_be_used_is_refused_each_time(contract: Path) -> None:
    contract.write_bytes(b"openapi: 3.0.3\npaths: {}\nx-variant-paths: 1\n")
    for _ in range(2):
        with pytest.raises(ContractError, match="x-variant-paths"):
            ContractFile("crm", contract)


def test_variants_of_a_file_that_has_changed_are_refused(contract: Path) -> None:
    contract.write_bytes(VARIANTS)
    ContractFile("crm", contract).in_force(SimpleNamespace(mode="plain"))
    file = ContractFile("crm", contract)
    contract.write_bytes(VARIANTS + b"info: {}\n")
    with pytest.raises(ContractError, match=r"crm\.yaml has changed"):
        file.in_force(SimpleNamespace(mode="another"))
