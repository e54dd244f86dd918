"""Generated leads fit the contract and are consistent."""

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.vendors.activix.settings import ActivixSettings
from tests.vendors.activix.causes import push

LEAD = ContractFile("activix").in_force(ActivixSettings()).operations["createLead"].body.media_types["application/json"]
NOW = "2026-01-31T12:00:00+00:00"


@pytest.fixture
def leads(api):
    mock = api("activix", settings={"activix.leads": 60})
    mock.get("/activix")
    return mock.records("leads")


def test_generated_leads_fit_the_contract(leads):
    assert len(leads) == len({lead["id"] for lead in leads}) == 60
    for lead in leads:
        assert [error.message for error in LEAD.validator.iter_errors(lead)] == []
        assert lead["account_id"] == lead["account"]["id"] in (44, 66)


def test_generated_leads_have_every_key(leads):
    every = set(LEAD.shape.members)
    assert all(lead.keys() == every for lead in leads)
    assert all(
        vehicle.keys() == set(LEAD.shape.members["vehicles"].entries.members) for vehicle in leads[0]["vehicles"]
    )


def test_generated_leads_are_consistent(leads):
    for lead in leads:
        assert lead["sex"] == {1: "M", 2: "F"}[lead["gender"]]
        assert lead["created_at"] <= lead["updated_at"] <= NOW
        stages = ("call_date", "appointment_date", "presented_date", "road_test_date", "sale_date", "delivered_date")
        dates = [lead[name] for name in stages if lead[name]]
        assert dates == sorted(dates)
        assert all(lead["created_at"] <= date <= lead["updated_at"] for date in dates)
        for linked in (*lead["emails"], *lead["phones"], *lead["vehicles"]):
            assert linked["lead_id"] == lead["id"]
        assert lead["postal_code"][0] in {"QC": "GHJ", "ON": "KLMNP"}.get(lead["province"], lead["postal_code"][0])


def test_related_ids_are_of_the_supplier(leads):
    vehicles = [vehicle for lead in leads for vehicle in lead["vehicles"]]
    own = {vehicle["id"] for vehicle in vehicles}
    related = {
        kind: {each["related_id"] for each in vehicles if each["type"] == kind} for kind in ("wanted", "exchange")
    }
    assert related["exchange"] == {None}
    assert len(related["wanted"]) > 10
    assert related["wanted"].isdisjoint(own | {None})


def test_generated_leads_speak_french_and_english(leads):
    assert {lead["locale"] for lead in leads} == {"fr", "en"}


def test_users_of_an_account_are_always_the_same(leads):
    users = {}
    for lead in leads:
        for role in ("advisor", "bdc", "commercial", "service_advisor", "service_agent"):
            user = lead[role]
            assert users.setdefault(user["id"], user) == user


def test_same_seed_gives_the_same_leads(api):
    def generated(seed):
        mock = api("activix", seed=seed, settings={"activix.leads": 3})
        mock.get("/activix")
        return mock.records("leads")

    assert generated(5) == generated(5) != generated(6)


def test_pushing_a_generated_lead_replaces_it(api, leads):
    mock = api("activix", settings={"activix.leads": 60})
    assert push(mock, leads[0]).status_code == 200
    assert mock.last_entry().outcome == "replaced"


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "8999-12-31T23:59:59Z", "2024-02-29T12:00:00Z"])
def test_leads_are_generated_at_any_time(api, now):
    mock = api("activix", now=now, settings={"activix.leads": 20})
    mock.get("/activix")
    assert len(mock.records("leads")) == 20


def test_leads_without_known_accounts_are_generated_for_none(api):
    mock = api("activix", settings={"activix.leads": 2, "activix.known_accounts": []})
    assert mock.get("/activix").status_code == 404
    assert mock.records("leads") == []
