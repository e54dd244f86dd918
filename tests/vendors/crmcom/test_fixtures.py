"""Generated responses fit the contract of each release, are consistent, and repeat under the same seed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm_mocks.asgi.validation import response_defects
from tests.vendors.crmcom.causes import PATHS, RELEASES


def generated(mock, name="created", seed=None, **sent):
    prefer = f"example={name}, dynamic=true" + (f", seed={seed}" if seed is not None else "")
    return mock.post(PATHS["createLead"], json=sent, headers={"Prefer": prefer})


@pytest.mark.parametrize("release", RELEASES)
def test_generated_answers_fit_the_contract(api, release):
    mock = api("crmcom", settings={"crmcom.release": release})
    for operation in mock.app.mock_app.contracts["crmcom"].operations.values():
        for name, outcome in operation.outcomes.items():
            headers = {"Prefer": f"example={name}, dynamic=true"}
            response = mock.post(operation.path, json={}, headers=headers)
            assert not response_defects(operation, outcome.status, name, "application/json", response.json()), name


def test_generated_lead_agrees_with_itself(api):
    mock = api("crmcom")
    for seed in range(30):
        data = generated(mock, seed=seed).json()["data"]
        contact = data["contact_information"]
        assert contact["name"] == f"{contact['first_name']} {contact['last_name']}"
        assert data["life_cycle_state"] == data["status"]["life_cycle_state"]
        start, expected = (datetime.fromisoformat(data[name]) for name in ("start_date", "expected_completion_date"))
        assert start < expected
        assert start <= datetime.fromisoformat(data["log_information"]["created_date"])
        born = contact["demographics"]["date_of_birth"]
        assert date(born["year"], born["month"], born["day"]) < start.date()


def test_generated_lead_repeats_under_the_same_seed(api):
    assert generated(api("crmcom"), seed=7).content == generated(api("crmcom", seed=1), seed=7).content
    mock = api("crmcom")
    assert generated(mock).content != generated(mock).content


def test_generated_lead_has_the_members_that_the_outcome_shows_if_the_request_selects_members(api):
    data = generated(api("crmcom"), "created_by_defaults", fields_set="number").json()["data"]
    assert data.keys() == {"number", "status", "category", "life_cycle_state"}


def test_generated_lead_has_all_members_if_the_request_selects_none(api):
    mock = api("crmcom")
    assert generated(mock, "created_by_defaults").json()["data"].keys() == generated(mock).json()["data"].keys()
