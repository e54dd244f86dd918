"""Generated leads: the same in every run, consistent, dates in all formats."""

from __future__ import annotations

import re

import pytest

from crm_mocks.vendors.leadbank.fixtures import _DATA

from .causes import GET

MODELS = [model for models in _DATA["models"].values() for model in models]
DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{0,6}[1-9]))?(Z|[+-]\d\d:\d\d)?")


@pytest.fixture
def leads(api):
    mock = api("leadbank", settings={"leadbank.leads": 300})
    return mock.post(GET, json=300).json()["Leads"]


def said(lead):
    return {content["Key"]: content["Value"] for content in lead["Contents"]}


def test_the_same_seed_gives_the_same_leads_and_another_seed_others(api):
    first, again, other = (api("leadbank", seed=seed).post(GET, json=5).content for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_dates_have_all_forms(leads):
    found = [DATE.fullmatch(lead[name]) for lead in leads for name in ("CreateDate", "QualificationDate")]
    assert all(found)
    assert {len(each[2] or "") for each in found} == set(range(8))
    assert {(each[3] or "")[:1] for each in found} == {"Z", "+", ""}


def test_dates_are_in_order_and_in_the_past(leads):
    for lead in leads:
        created, qualified = (DATE.fullmatch(lead[name]) for name in ("CreateDate", "QualificationDate"))
        assert created[1] < qualified[1]
        assert created[3] == qualified[3]
        assert qualified[1] < "2026-01-31T13"


def test_a_lead_agrees_with_itself(leads):
    for lead in leads:
        person = said(lead)
        assert "@" in person["Email"]
        assert lead["BandDealerID"] is None or lead["BandDealerID"].startswith("FR")
        assert (lead["IDCampaign"] is None) == (lead["NameCampaign"] is None)
        assert ("Brand" in person) == ("Model" in person)


def test_content_ids_count_from_one_and_values_are_texts(leads):
    for lead in leads:
        assert [content["ID"] for content in lead["Contents"]] == list(range(1, len(lead["Contents"]) + 1))
        assert all(isinstance(content["Value"], str) for content in lead["Contents"])


def test_dynamic_answers_have_generated_leads(api):
    mock = api("leadbank")
    wish = {"Prefer": "example=repeated_batch, dynamic=true"}
    first, second = (mock.post(GET, json=1, headers=wish).json()["Leads"] for _ in range(2))
    assert first != second
    assert {lead["State"] for lead in first} == {1}


def test_phones_are_mobile_numbers(leads):
    assert all(re.fullmatch(r"\+3363998\d{4}", said(lead)["Phone"]) for lead in leads)


def test_campaigns_fit_the_date_of_their_leads(leads):
    campaigns = [(lead["IDCampaign"], lead["CreateDate"][:7]) for lead in leads if lead["IDCampaign"]]
    assert len({campaign for campaign, _ in campaigns}) > 3
    for campaign, month in campaigns:
        assert campaign.startswith(month[:4])
        assert not re.match(r"\d{4}-\d\d", campaign) or campaign.startswith(month)


def test_comments_vary_and_name_the_vehicle_of_their_lead(leads):
    texts = [said(lead) for lead in leads if "Comment" in said(lead)]
    assert len({each["Comment"] for each in texts}) > len(texts) / 2
    for each in texts:
        named = [model for model in MODELS if model in each["Comment"]]
        assert not named or each["Model"] in named
        assert "km" not in each["Comment"] or each["Mileage"] in each["Comment"]
