"""`@pytest.mark.crm_mocks_sweep`: a test for each answer and each fault of an operation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import UserSuite

CLIENT = """
import http.client, pytest, urllib.error, urllib.request

def get(mock):
    request = urllib.request.Request(mock.url + "/v1/leads/config", headers={"x-api-key": "demo-key"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read() and answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, http.client.HTTPException):
        return "unreachable"
"""


@pytest.fixture
def users(tmp_path: Path, programs: Path) -> UserSuite:
    """A suite of a user's, whose tests have `get` and `pytest`."""
    made = UserSuite(tmp_path, programs)
    (tmp_path / "client.py").write_text(CLIENT)
    return made


def test_the_answer_is_given_before_the_test_begins(users: UserSuite) -> None:
    users.write(
        """
        @pytest.mark.crm_mocks_sweep("config_api.getLeadConfig")
        def test_client(config_api, crm_mocks_sweep_case):
            came = get(config_api)
            given = crm_mocks_sweep_case
            if given.kind != "fault":
                assert came == given.status
            elif given.name == "SLOW_BODY":
                assert came == 200
            else:
                assert came == "unreachable"
            (request,) = config_api.requests
            assert request.raw["chosen_by"] == "queue"

        def test_without_the_marker(crm_mocks_sweep_case):
            assert crm_mocks_sweep_case is None
        """
    )
    done = users.run("-q", "-W", "error", "-k", "not TIMEOUT")  # which takes its time
    assert done.code == 0, done.out
    assert done.count("passed") == 2 * (8 + 6) + 1


def test_markers_of_classes_count_and_other_tests_take_no_case(users: UserSuite) -> None:
    users.write(
        """
        @pytest.mark.crm_mocks_sweep("config_api.getLeadConfig")
        class TestMarked:
            def test_client(self, config_api, crm_mocks_sweep_case):
                assert crm_mocks_sweep_case.operation == "config_api.getLeadConfig"
                get(config_api)

            @staticmethod
            def test_static(config_api, request):
                assert "crm_mocks_sweep_case" in request.fixturenames
                get(config_api)

        def test_unmarked(request):
            assert "crm_mocks_sweep_case" not in request.fixturenames
        """
    )
    done = users.run("-q", "-W", "error", "-k", "EMPTY or unmarked")
    assert done.code == 0, done.out
    assert done.count("passed") >= 3, done.out


def test_a_test_fails_for_what_its_client_does_not_survive(users: UserSuite) -> None:
    users.write(
        """
        @pytest.mark.crm_mocks_sweep("config_api.getLeadConfig")
        def test_client(config_api):
            assert get(config_api) in (200, 401, 403, 500, "unreachable")
        """
    )
    done = users.run("-q", "-k", "429 or 401")
    assert (done.count("failed"), done.count("passed")) == (2, 4)
    assert "test_client[config_api.getLeadConfig-429-rate_limit_exceeded-once]" in done.out


def test_a_test_that_passes_without_a_call_of_the_operation_fails(users: UserSuite) -> None:
    users.write(
        """
        @pytest.mark.crm_mocks_sweep("config_api.getLeadConfig")
        def test_client(config_api_offline): ...

        @pytest.mark.crm_mocks_sweep("config_api.getLeadConfig")
        def test_elsewhere(config_api_offline):
            pytest.skip("not here")
        """
    )
    done = users.run("-q", "-k", "429")
    assert (done.count("failed"), done.count("skipped")) == (2, 2)
    assert "did not call config_api.getLeadConfig: 429 rate_limit_exceeded was never delivered" in done.out


def test_no_socket_is_needed(users: UserSuite) -> None:
    users.write(
        """
        import httpx

        @pytest.mark.crm_mocks_sweep("config_api.getLeadConfig")
        def test_client(config_api_offline, crm_mocks_sweep_case):
            if crm_mocks_sweep_case.kind == "fault":
                with pytest.raises(httpx.TransportError):
                    httpx.get(config_api_offline.url + "/v1/leads/config", headers={"x-api-key": "demo-key"})
            else:
                answer = httpx.get(config_api_offline.url + "/v1/leads/config", headers={"x-api-key": "demo-key"})
                assert answer.status_code == crm_mocks_sweep_case.status
        """
    )
    done = users.run("-q", "-k", "500 or EMPTY")
    assert done.code == 0, done.out
    assert done.count("passed") == 4


def test_an_unknown_operation_is_refused(users: UserSuite) -> None:
    users.write('@pytest.mark.crm_mocks_sweep("config_api.nothing")\ndef test_client(config_api): ...')
    done = users.run("-q")
    assert done.code != 0
    assert "crm_mocks_sweep: unknown operation 'config_api.nothing': there are " in done.out


def test_the_marker_wants_an_operation(users: UserSuite) -> None:
    users.write("@pytest.mark.crm_mocks_sweep\ndef test_client(config_api): ...")
    done = users.run("-q")
    assert done.code != 0
    assert "the marker crm_mocks_sweep takes operations" in done.out
