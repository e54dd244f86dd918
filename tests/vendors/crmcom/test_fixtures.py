"""Generated responses fit the contract of each release, are consistent, and repeat under the same seed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.asgi.validation import response_defects
from crm_mocks.vendors.crmcom.catalogue import catalogue
from tests.vendors.crmcom.causes import PATHS, RELEASES

SAMPLED = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**31)
DAYS = {"DAYS": 1, "WEEKS": 7, "YEARS": 365, None: 0}


@pytest.fixture
def mock(api):
    return api("crmcom")


def length(period):
    return timedelta(days=DAYS[period["time_period_uot"]] * (period["time_period_value"] or 0))


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


@SAMPLED
@given(seed=SEEDS)
def test_type_status_and_category_of_a_generated_lead_belong_together(mock, seed):
    data = generated(mock, seed=seed).json()["data"]
    records = catalogue()
    (lead_type,) = (each for each in records["lead_types"] if each["id"] == data["type"]["id"])
    assert data["status"]["id"] in lead_type["statuses"]
    assert data["category"]["id"] in lead_type["categories"]
    assert data["life_cycle_state"] == data["status"]["life_cycle_state"] in ("PENDING", "IN_PROGRESS")
    assert data["lost_reason"] is None


@SAMPLED
@given(seed=SEEDS)
def test_dates_and_periods_of_a_generated_lead_agree(mock, seed):
    data = generated(mock, seed=seed).json()["data"]
    log = data["log_information"]
    start, expected = (datetime.fromisoformat(data[name]) for name in ("start_date", "expected_completion_date"))
    created, updated = (datetime.fromisoformat(log[name]) for name in ("created_date", "updated_date"))
    assert start <= created <= updated
    assert start + length(data["estimated_completion_time"]) == expected
    assert data["time_to_completion"] == data["estimated_completion_time"]
    assert length(data["time_overdue"]) == max(created.date() - expected.date(), timedelta())


@SAMPLED
@given(seed=SEEDS)
def test_contact_of_a_generated_lead_agrees_with_itself(mock, seed):
    data = generated(mock, seed=seed).json()["data"]
    contact = data["contact_information"]
    assert contact["name"] == f"{contact['first_name']} {contact['last_name']}"
    born = contact["demographics"]["date_of_birth"]
    assert date(born["year"], born["month"], born["day"]) < datetime.fromisoformat(data["start_date"]).date()
    country = contact["demographics"]["country_of_residence"]
    assert country["two_character_code"] in ("CY", "GR")
    assert data["contact_phone"].startswith({"CY": "357", "GR": "30"}[country["two_character_code"]])
    assert contact["demographics"]["gender"] in ("MALE", "FEMALE")


@SAMPLED
@given(seeds=st.lists(SEEDS, min_size=2, max_size=2, unique=True))
def test_leads_of_different_seeds_are_different(mock, seeds):
    first, second = (generated(mock, seed=seed).json()["data"] for seed in seeds)
    assert first["id"] != second["id"]
    assert first["contact_information"]["id"] != second["contact_information"]["id"]


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
