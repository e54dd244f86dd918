"""The three examples of the document get the documented answers, member by member."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.vendors.crmcom.causes import EXAMPLES, PATHS, SAMPLE_TOKEN

GENERATED = ("data.id", "data.number", "data.contact_information.id", "[].id", "data.log_information")
ONLY_IN_EXAMPLE_1 = (
    "status.",  # null in 2015, empty in 2018: position crmcom-status-texts
    "data.services_set",
    "data.physical_goods_set",
    "data.products_set",
    "data.lead_source.communication",
    "data.assigned_to",
    "data.contact_information.demographics.country_of_residence",
    "data.time_to_completion",
    "data.probability_to_win",
    "data.target_amount",
    "data.contact_phone",
    "data.subscription_package",
    "data.status.life_cycle_state",
)
CASES = [
    ("created_with_services", "2015-03-16T14:32:14Z", ONLY_IN_EXAMPLE_1),
    ("created_with_products", "2018-01-22T10:40:25Z", ()),
    ("created", "2018-01-22T12:50:37Z", ()),
]


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Yield where two answers differ; sets have no order."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            inner = f"{place}.{name}".strip(".")
            if name in one and name in other:
                yield from differences(one[name], other[name], inner)
            else:
                yield inner
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(sorted(one, key=without_id), sorted(other, key=without_id), strict=True):
            yield from differences(first, second, f"{place}[]")
    elif one != other or type(one) is not type(other):
        yield place


def without_id(entry: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in entry.items() if name != "id"}, sort_keys=True)


@pytest.mark.parametrize(("name", "now", "may_differ"), CASES, ids=["Example 1", "Example 2", "Example 3"])
def test_example_of_the_document_gets_the_documented_answer(api, name, now, may_differ):
    mock = api("crmcom", now=now)
    documented = mock.app.mock_app.contracts["crmcom"].operations["createLead"].outcomes[name].value["application/json"]
    response = mock.post(PATHS["createLead"], json={**EXAMPLES["createLead"][name], "token": SAMPLE_TOKEN})
    assert response.status_code == 200
    found = set(differences(response.json(), documented))
    unexpected = {
        place for place in found if not place.endswith(GENERATED) and not place.startswith((*may_differ, GENERATED[-1]))
    }
    assert not unexpected


@pytest.mark.parametrize("name", ["created_with_products", "created"])
def test_examples_of_2018_are_logged_for_the_user_of_the_sample_token(api, name):
    mock = api("crmcom")
    documented = mock.app.mock_app.contracts["crmcom"].operations["createLead"].outcomes[name].value["application/json"]
    answer = mock.post(PATHS["createLead"], json={**EXAMPLES["createLead"][name], "token": SAMPLE_TOKEN}).json()
    log = answer["data"]["log_information"]
    assert log["created_by_user"] == documented["data"]["log_information"]["created_by_user"]
    assert log["created_by_user"] == {
        "id": "1",
        "username": "MPAdministrator",
        "person_name": "CRM COM",
        "email": None,
    }
    assert log["created_by_unit"] == documented["data"]["log_information"]["created_by_unit"]


def test_example_1_works_word_for_word_with_its_own_token(api):
    request = EXAMPLES["createLead"]["created_with_services"]
    assert request["token"] == SAMPLE_TOKEN
    mock = api("crmcom")
    assert mock.post(PATHS["createLead"], json=request).json()["status"]["code"] == "OK"


def test_example_1_has_the_shape_of_2015_in_the_oldest_release(api):
    mock = api("crmcom", now="2015-03-16T14:32:14Z", settings={"crmcom.release": "R11.0.0"})
    documented = mock.app.mock_app.contracts["crmcom"].operations["createLead"].outcomes["created_with_services"]
    answer = mock.post(PATHS["createLead"], json=EXAMPLES["createLead"]["created_with_services"]).json()
    assert answer["data"].keys() == documented.value["application/json"]["data"].keys()
    assert len(answer["data"]) == 46


def test_example_3_is_overdue_by_a_fraction_of_years(api):
    mock = api("crmcom", now="2018-01-22T12:50:37Z")
    request = {**EXAMPLES["createLead"]["created"], "token": SAMPLE_TOKEN}
    overdue = mock.post(PATHS["createLead"], json=request).json()["data"]["time_overdue"]
    assert overdue == {"time_period_value": 1046 / 365, "time_period_uot": "YEARS"}


def test_example_1_as_printed_is_malformed(api):
    """The document prints a comma after the last member."""
    text = json.dumps(EXAMPLES["createLead"]["created_with_services"])[:-1] + ",}"
    response = api("crmcom").post(PATHS["createLead"], content=text, headers={"Content-Type": "application/json"})
    assert response.json()["status"]["code"] == "COM.CRM.EXCEPTION.COMMON.MALFORMEDJSONEXCEPTION"
