"""Environment of a program that finds mocks without a ready-file."""

from __future__ import annotations

from crm_contracts.clients.environment import environment_at
from crm_contracts.judge.nested_verdicts import VARIABLE

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
    variables = environment_at({"https_proxy": "http://proxy:1", "no_proxy": "intra"}, URL, [])
    assert variables["https_proxy"] == "http://proxy:1"
    assert variables["no_proxy"] == variables["NO_PROXY"] == "intra,127.0.0.1,localhost"


def test_variables_of_other_mocks_are_dropped() -> None:
    outer = {"CRM_MOCKS_READY_FILE": "outer.json", "CRM_MOCKS_CA_FILE": "outer.pem", "CRM_MOCKS_URL": "outer"}
    outer[VARIABLE] = "outer"
    assert environment_at(outer, URL, []) == {"CRM_MOCKS_URL": URL, "CRM_MOCKS_CA_FILE": ""}
