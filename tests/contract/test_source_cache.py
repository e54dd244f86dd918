"""The contract of a vendor is parsed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_mocks.contract import cache, source
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


def test_a_contract_with_a_key_twice_is_refused_each_time(contract: Path) -> None:
    contract.write_bytes(CONTRACT + b"openapi: 3.0.3\n")
    for _ in range(2):
        with pytest.raises(ContractError, match="openapi"):
            source.read(contract)
