"""The server starts while modules whose tests need it are imported."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.server.early_start import served_names
from tests.pytest_plugin.conftest import UserSuite

COUNTING = """
from crm_contracts.pytest_plugin.server import run_server

STARTS = []
begin = run_server.begin

def counted(*arguments, **keywords):
    STARTS.append(arguments)
    return begin(*arguments, **keywords)

run_server.begin = counted
"""


@pytest.mark.parametrize(
    ("parameters", "starts"),
    [
        ("config_api", 1),
        ("tmp_path,\n        crm_mocks: object", 1),
        ("config_api_offline", 0),
        ("tmp_path", 0),
    ],
)
def test_a_parameter_in_the_source_starts_the_server_before_the_import(
    suite: UserSuite, parameters: str, starts: int
) -> None:
    (suite.folder / "conftest.py").write_text(COUNTING)
    suite.write(f"""
        from conftest import STARTS

        assert len(STARTS) == {starts}

        def test_one({parameters}):
            pass
    """)
    result = suite.run("-q", "--crm-mocks-allow-no-requests")
    assert (result.code, result.count("passed")) == (0, 1), result.out
    assert suite.leftovers == []


@pytest.mark.parametrize("option", ["--fixtures", "--fixtures-per-test", "--setup-plan", "--collect-only"])
def test_options_with_which_no_test_runs_start_nothing(suite: UserSuite, option: str) -> None:
    (suite.folder / "conftest.py").write_text(
        f"{COUNTING}\ndef pytest_unconfigure():\n    print(f'starts: {{len(STARTS)}}')\n"
    )
    suite.write("def test_one(config_api): pass")
    assert "starts: 0" in suite.run("-q", "-s", option).out


def test_a_wrong_guess_leaves_nothing(suite: UserSuite) -> None:
    suite.write("""
        def used_by_no_test(config_api):
            pass

        def test_plain():
            pass
    """)
    result = suite.run("-q")
    assert (result.code, "crm-mocks" in result.out) == (0, False), result.out
    assert suite.leftovers == []


def test_fixtures_that_open_a_session_on_the_server_have_one_beside_them_that_does_not() -> None:
    names = ("crm_mocks", "crm_mocks_offline", "crm_mocks_factory", "toy_sender", "toy_offline", "toy", "os")
    assert served_names(names) == ["crm_mocks", "toy"]
