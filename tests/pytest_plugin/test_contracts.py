"""Fixtures for contracts and folders of the user."""

from __future__ import annotations

import shutil

import pytest

from tests.pytest_plugin.conftest import UserSuite
from tests.vendor_registry.samples import CONTRACT, write_vendor

TEST = """
    import httpx

    KEY = {"X-Key": "demo-key"}

    def test_served(their_crm):
        created = httpx.post(f"{their_crm.url}/contacts", json={"email": "ada@example.com"}, headers=KEY)
        assert created.status_code == 201
        assert [each.operation for each in their_crm.requests] == ["their_crm.createContact"]

    def test_offline(their_crm_offline):
        assert httpx.get(f"{their_crm_offline.url}/contacts", headers=KEY).status_code == 200

    def test_generated_again(their_crm):
        assert httpx.get(f"{their_crm.url}/contacts", headers=KEY).status_code == 200
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_contract_of_the_ini_file_gives_fixtures(suite: UserSuite, workers: str) -> None:
    (suite.folder / "contracts").mkdir()
    shutil.copy(CONTRACT, suite.folder / "contracts")
    suite.ini("crm_mocks_contracts = contracts/their-crm.yaml")
    suite.write(TEST)
    result = suite.run("-q", "-n", workers)
    assert (result.code, result.count("passed")) == (0, 3), result.out


def test_a_vendor_dir_of_pyproject_gives_fixtures(suite: UserSuite) -> None:
    write_vendor(suite.folder / "vendors", "their_crm")
    (suite.folder / "pyproject.toml").write_text(
        '[tool.crm-mocks]\nvendor-dir = "vendors"\n[tool.pytest.ini_options]\n'
    )
    suite.write(TEST)
    result = suite.run("-q")
    assert (result.code, result.count("passed")) == (0, 3), result.out


def test_a_vendor_that_is_not_among_the_contracts_is_not_served(suite: UserSuite) -> None:
    shutil.copy(CONTRACT, suite.folder)
    suite.ini("crm_mocks_contracts = crm=their-crm.yaml")
    suite.write("def test_nothing(leadbank): pass")
    result = suite.run("-q")
    assert result.code == 1
    assert "leadbank is not served: crm_mocks_contracts names what is, so add 'leadbank' to it" in result.out


def test_a_missing_contract_is_a_usage_error(suite: UserSuite) -> None:
    suite.ini("crm_mocks_contracts = missing.yaml")
    suite.write("def test_nothing(): pass")
    result = suite.run("-q")
    assert result.code == 4
    assert "no such contract: missing.yaml" in result.out
