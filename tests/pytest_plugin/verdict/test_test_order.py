"""After the call of a test, its session is closed at once if nothing of it is left, else when its fixture ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.pytest_plugin.conftest import UserSuite

COUNTING = """
import collections
from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel

sent = collections.Counter()
real = SocketChannel.__call__

def counting(self, method, route, body=None, **query):
    sent[route] += 1
    return real(self, method, route, body, **query)

SocketChannel.__call__ = counting

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"sent {dict(sent)}")
"""

AT_END = {
    "the end of a generator": """
        @pytest.fixture
        def client(config_api):
            yield
            get(config_api, key="wrong")

        def test_end(client):
            pass
    """,
    "a finalizer of a fixture": """
        @pytest.fixture
        def client(config_api, request):
            request.addfinalizer(lambda: get(config_api, key="wrong"))

        def test_end(client):
            pass
    """,
    "a finalizer of a test": """
        def test_end(config_api, request):
            request.addfinalizer(lambda: get(config_api, key="wrong"))
    """,
    "a fixture that overrides another": """
        @pytest.fixture
        def config_api(config_api):
            yield config_api
            get(config_api, key="wrong")

        @pytest.fixture(name="client")
        def renamed(config_api):
            return config_api

        def test_end(client):
            pass
    """,
}


def verdict(suite: UserSuite) -> Any:
    return json.loads((suite.folder / "verdict.json").read_text())


def test_a_test_sends_one_control_request(suite: UserSuite) -> None:
    (suite.folder / "conftest.py").write_text(COUNTING)
    suite.write("""
        @pytest.fixture
        def url(config_api, tmp_path):
            return config_api.url

        @pytest.mark.parametrize("number", range(20))
        def test_it(config_api, url, number, monkeypatch):
            get(config_api)
    """)
    result = suite.run("-q")
    assert result.count("passed") == 20, result.out
    assert "sent {'sessions': 1, 'findings': 20, 'verdict': 1}" in result.out


@pytest.mark.parametrize("source", AT_END.values(), ids=AT_END)
def test_what_runs_at_the_end_of_a_test_belongs_to_it(suite: UserSuite, source: str) -> None:
    suite.write(source + "\n        def test_next(crm_mocks):\n            get(crm_mocks)\n")
    result = suite.run("-q", "--crm-mocks-json", "verdict.json")
    assert (result.count("passed"), result.count("error")) == (2, 1), result.out
    assert "broke the contract in test_end" in result.out
    assert verdict(suite)["exchanges"] == 2


def test_a_test_that_is_skipped_after_all_has_no_session(suite: UserSuite) -> None:
    suite.write("""
        def test_first(config_api):
            get(config_api)

        @pytest.mark.skip(reason="tests what a skipped test leaves")
        def test_skipped(config_api):
            pass

        def test_last(config_api):
            get(config_api)
    """)
    result = suite.run("-q", "--crm-mocks-json", "verdict.json")
    assert (result.count("passed"), result.count("skipped")) == (2, 1), result.out
    assert [name.rpartition("-")[0] for name in verdict(suite)["sessions"]] == ["test-first", "test-last"]


def test_a_marker_of_the_next_test_allows_nothing_in_this_one(suite: UserSuite) -> None:
    suite.write("""
        def test_first(config_api):
            get(config_api)

        @pytest.mark.crm_mocks(allow=["config_api.getLeadConfig:401"])
        def test_allowed(config_api):
            get(config_api, key="wrong")

        def test_broken(config_api):
            get(config_api, key="wrong")

        @pytest.mark.crm_mocks("config_api")
        def test_wrong_marker(config_api):
            pass
    """)
    result = suite.run("-q")
    assert (result.count("passed"), result.count("failed"), result.count("error")) == (2, 1, 1), result.out


def test_a_suite_whose_served_tests_are_deselected_starts_no_server(suite: UserSuite) -> None:
    (suite.folder / "conftest.py").write_text("""
from crm_contracts.pytest_plugin.server import run_server

run_server.begin = None
""")
    suite.write("""
        def test_served(config_api):
            pass

        def test_plain():
            pass
    """)
    deselected = ("--deselect", "test_suite.py::test_served")
    for selection in (("-k", "plain"), ("--collect-only",), deselected, ("test_suite.py::test_plain",)):
        result = suite.run("-q", *selection)
        assert result.code == 0, result.out


def test_a_server_that_no_test_needed_leaves_nothing(suite: UserSuite) -> None:
    suite.write("""
        @pytest.mark.skip(reason="tests what a skipped test leaves")
        def test_served(config_api):
            pass
    """)
    result = suite.run("-q")
    assert (result.code, result.count("skipped"), "crm-mocks" in result.out) == (0, 1, False), result.out
    assert suite.leftovers == []
