"""Contracts and folders as users name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.vendor_sources import NamedContract, VendorSources, configured_folders


@pytest.mark.parametrize(
    ("text", "name", "prefix"),
    [
        ("their-crm.yaml", "their_crm", ""),
        ("./their-crm.yaml", "their_crm", ""),
        ("crm=their-crm.yaml", "crm", ""),
        ("their-crm.yaml@/v2", "their_crm", "/v2"),
        ("crm=./their-crm.yaml@/v2/", "crm", "/v2"),
    ],
)
def test_a_contract_has_a_name_and_a_prefix(folder: Path, text: str, name: str, prefix: str) -> None:
    assert NamedContract.parse(text) == NamedContract(name, folder / "their-crm.yaml", prefix)


def test_a_contract_is_written_as_it_is_parsed(folder: Path) -> None:
    contract = NamedContract.parse("crm=their-crm.yaml@/v2")
    assert NamedContract.parse(str(contract)) == contract


@pytest.mark.parametrize("text", ["their-crm.yaml", "crm=their-crm.yaml", "crm=their-crm.yaml@/v2"])
@pytest.mark.usefixtures("folder")
def test_a_contract_is_written_as_short_as_a_user_would(text: str) -> None:
    assert NamedContract.parse(text).written() == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("missing.yaml", "no such contract: missing.yaml"),
        ("crm=their-crm.yaml@v2", "the prefix of a contract starts with '/': write crm=their-crm.yaml@/v2$"),
        ("./their-crm.yaml@v2/x", "the prefix of a contract starts with '/': write ./their-crm.yaml@/v2/x$"),
        ("./their-crm.yml", r"no such contract: \./their-crm.yml \(did you mean 'their-crm.yaml'\?\)$"),
        ("./folder", "./folder is a folder, and a contract is a file: --vendor-dir takes a folder with vendors$"),
        ("https://crm.example/openapi.yaml", "is an address, and a contract is a file: download it"),
        ("missing.yaml@v2", "no such contract: missing.yaml@v2$"),
        ("their crm=their-crm.yaml", "'their crm' cannot be the name of a vendor"),
        ("host=their-crm.yaml", "'host' cannot be the name of a vendor"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_wrong_contract_is_a_usage_error(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        NamedContract.parse(text)


def test_sources_pass_to_another_process_as_json(folder: Path) -> None:
    sources = VendorSources.parse(["crm=their-crm.yaml@/v2", "leadbank"], [folder], stateless=True)
    assert VendorSources.from_json(sources.as_json()) == sources


@pytest.mark.parametrize("value", ['"vendors"', '["vendors"]'])
def test_folders_are_named_in_the_nearest_pyproject(folder: Path, value: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.crm-mocks]\nvendor-dir = {value}\n")
    (folder / "deeper").mkdir()
    assert configured_folders(folder / "deeper") == (folder / "vendors",)


@pytest.mark.parametrize("text", ["[tool.crm-mocks]\nvendor-dir = 1\n", "[tool", "tool = 1\n"])
def test_a_wrong_pyproject_is_a_usage_error(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError, match="vendor-dir"):
        configured_folders(folder)
