"""Mocks that several tests share, opened by fixtures of a wider scope."""

from __future__ import annotations

import json

import pytest

from tests.pytest_plugin.conftest import UserSuite

FIXTURE = """
import httpx

@pytest.fixture(scope="{scope}")
def crm(crm_mocks_factory):
    with crm_mocks_factory(offline={offline}) as mocks:
        yield mocks.config_api

def ask(crm, key="demo-key"):
    return httpx.get(crm.url + "/v1/leads/config", headers={{"x-api-key": key}}).status_code
"""
TESTS = """
def test_first(crm):
    assert ask(crm) == 200

def test_broken(crm):
    ask(crm, "wrong")

def test_after_it(crm):
    assert ask(crm) == 200
    assert len(crm.requests) == 3

@pytest.mark.crm_mocks(allow=["config_api.getLeadConfig:401"])
def test_allowed(crm):
    ask(crm, "wrong")

def test_broken_again(crm):
    ask(crm, "wrong")
"""


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("scope", ["session", "module"])
def test_the_test_that_broke_the_contract_fails_and_no_other(suite: UserSuite, scope: str, *, offline: bool) -> None:
    suite.write(FIXTURE.format(scope=scope, offline=offline) + TESTS)
    result = suite.run("-q", "--crm-mocks-json", "verdict.json")
    assert (result.code, result.count("failed"), result.count("passed"), result.count("error")) == (1, 2, 3, 0), (
        result.out
    )
    for name in ("test_broken", "test_broken_again"):
        assert f"the client broke the contract in {name} (1 rule)" in result.out
    assert json.loads((suite.folder / "verdict.json").read_text())["exchanges"] == 5


def test_each_worker_has_a_session_of_its_own(suite: UserSuite) -> None:
    suite.write(
        FIXTURE.format(scope="session", offline=False)
        + """
@pytest.mark.parametrize("number", range(8))
def test_one(crm, number):
    assert ask(crm) == 200
"""
    )
    result = suite.run("-q", "-n", "2")
    assert (result.code, result.count("passed")) == (0, 8), result.out
    assert "Contract kept: 8 exchanges" in result.out


def test_own_mocks_of_a_test_come_before_shared_ones(suite: UserSuite) -> None:
    suite.write(
        FIXTURE.format(scope="session", offline=True)
        + """
def test_both(crm, config_api_offline):
    crm.at("https://shared.example")
    assert [ask(crm), ask(config_api_offline)] == [200, 200]
    assert [len(mock.requests) for mock in (crm, config_api_offline)] == [1, 1]
    with pytest.raises(httpx.ConnectError, match="blocks requests to https://elsewhere.example"):
        httpx.get("https://elsewhere.example")
"""
    )
    assert suite.run("-q").code == 0


def test_what_breaks_after_the_last_test_is_in_the_verdict(suite: UserSuite) -> None:
    suite.write(
        FIXTURE.format(scope="session", offline=False).replace(
            "        yield mocks.config_api\n",
            "        yield mocks.config_api\n        ask(mocks.config_api, 'wrong')\n",
        )
        + """
def test_fails(crm):
    ask(crm)
    raise LookupError

def test_not_run():
    pass
"""
    )
    result = suite.run("-q", "-x")  # so that the fixture ends after the last report
    assert (result.code, result.count("failed")) == (1, 1)
    assert "Contract broken" in result.out
    assert "INTERNALERROR" not in result.out
