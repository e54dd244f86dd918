"""What a program is told that is to find mocks without a ready-file."""

from __future__ import annotations

from crm_contracts.clients.environment import environment_at

URL = "http://127.0.0.1:5001"


def test_each_crm_has_a_variable() -> None:
    assert environment_at({"PATH": "/bin"}, URL, ["toy", "the_other"]) == {
        "PATH": "/bin",
        "CRM_MOCKS_URL": URL,
        "CRM_MOCKS_CA_FILE": "",
        "CRM_MOCKS_TOY_URL": URL,
        "CRM_MOCKS_THE_OTHER_URL": URL,
    }


def test_no_proxy_stands_between() -> None:
    told = environment_at({"https_proxy": "http://proxy:1", "no_proxy": "intra"}, URL, [])
    assert told["https_proxy"] == "http://proxy:1"
    assert told["no_proxy"] == told["NO_PROXY"] == "intra,127.0.0.1,localhost"


def test_nothing_is_told_of_other_mocks_that_this_process_runs_under() -> None:
    outer = {"CRM_MOCKS_READY_FILE": "outer.json", "CRM_MOCKS_CA_FILE": "outer.pem", "CRM_MOCKS_URL": "outer"}
    assert environment_at(outer, URL, []) == {"CRM_MOCKS_URL": URL, "CRM_MOCKS_CA_FILE": ""}
