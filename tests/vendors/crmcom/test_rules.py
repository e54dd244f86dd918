"""Rules about a lead as a whole, in addition to those in the table of outcomes."""

from __future__ import annotations

import pytest

from tests.vendors.crmcom.helpers import ABSENT, create, created, only_reads, outcome

DEMOU = {"action": "EXISTING", "contact_information_identifier": {"id_number": "3423"}}
CUSTOMER = {"contact_information": DEMOU, "accounts_receivable_identifier": {"number": "1001"}}
GEORGIOU = {"action": "Existing", "contact_information_identifier": {"id_number": "778899"}}


def test_all_broken_rules_are_listed_and_the_first_is_answered(api):
    mock = api("crmcom")
    response = create(
        mock,
        status_identifier={"name": "Learn"},
        competitors_set=[{"competitor_identifier": {"name": "Zuora"}}],
        assigned_to=ABSENT,
    )
    listed = {each.rule for each in mock.last_entry().violations}
    assert listed == {"lead_status_not_allowed", "competitor_not_allowed", "assigned_to_missing"}
    assert response.json()["status"]["code"] == "COM.CRM.EXCEPTION.LEADS.LEADSTATUSNOTALLOWEDEXCEPTION"
    assert "lead_status_not_allowed" in response.headers["sl-violations"]


def test_contact_who_is_no_customer_needs_no_accounts_receivable(api):
    assert outcome(api("crmcom"), contact_information=GEORGIOU) == "created_for_existing_contact"


def test_dates_of_an_existing_contact_are_not_looked_at(api):
    demographics = {"date_of_birth": {"day": 10, "month": 10, "year": 217997974075}}
    given = {**GEORGIOU, "demographics": demographics}
    assert outcome(api("crmcom"), contact_information=given) == "created_for_existing_contact"


def test_new_contact_owns_no_accounts_receivable(api):
    assert outcome(api("crmcom"), accounts_receivable_identifier={"number": "1001"}) == "accounts_receivable_not_owned"


def test_customer_with_an_accounts_receivable_is_accepted(api):
    data = created(api("crmcom"), **CUSTOMER)
    assert data["contact_information"]["life_cycle_state"] == "FINANCIAL"


def test_lead_without_assignment_goes_to_whom_the_rule_says(api):
    data = created(
        api("crmcom"),
        type_identifier={"alternative_code": "TPMC"},
        category_identifier={"code": "TA"},
        assigned_to=ABSENT,
    )
    assert data["assigned_to"]["user"]["username"] == "MPAdministrator"
    assert data["assigned_to"]["unit"]["name"] == "Admin Unit"


def test_unit_alone_is_an_assignment(api):
    data = created(api("crmcom"), assigned_to={"unit_identifier": {"name": "CSR Unit"}})
    assert data["assigned_to"]["user"] is None
    assert data["assigned_to"]["unit"]["name"] == "CSR Unit"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"date_of_birth": {"day": 29, "month": 2, "year": 2000}}, "created"),
        ({"date_of_birth": {"day": 29, "month": 2, "year": 2001}}, "contact_date_invalid"),
        ({"date_of_birth": {"day": 1, "month": 1, "year": 10**12}}, "contact_date_invalid"),
        ({"date_of_birth": {"month": 13}}, "contact_date_invalid"),
        ({"date_of_birth": {"year": 1991}}, "created"),
        ({"date_of_birth": {"day": 31, "month": 12, "year": 2999}}, "created"),
        ({"name_day": {"day": 30, "month": 2}}, "contact_date_invalid"),
    ],
)
def test_dates_of_a_contact_are_days_of_the_calendar(api, given, wanted):
    contact = {"action": "NEW", "type": "PERSON", "first_name": "Eleni", "last_name": "Christou"}
    assert outcome(api("crmcom"), contact_information={**contact, "demographics": given}) == wanted


@pytest.mark.parametrize("value", [1e300, -1e300, 10**18, 8000])
def test_period_that_leaves_the_calendar_is_refused(api, value):
    period = {"time_period_value": value, "time_period_uot": "YEARS"}
    assert outcome(api("crmcom"), estimated_completion_time=period) == "time_period_out_of_range"


@pytest.mark.parametrize("action", ["NEW", "new", "New", "nEw"])
def test_action_is_read_in_any_case(api, action):
    contact = {"action": action, "type": "PERSON", "first_name": "Eleni", "last_name": "Christou"}
    assert outcome(api("crmcom"), contact_information=contact) == "created"


@pytest.mark.parametrize("kind", ["ADVERTISEMENT", "WEBSITE", "OTHER", "CUSTOM1", "CUSTOM2", "CUSTOM3"])
def test_source_of_a_kind_without_record_is_named(api, kind):
    mock = api("crmcom")
    assert created(mock, source={"type": kind, "name": "Fair"})["lead_source"] == {"type": kind, "name": "Fair"}
    assert outcome(mock, source={"type": kind}) == "source_name_missing"


CALL_BACK = {
    "type_identifier": {"name": "Call Back Request"},
    "status_identifier": {"name": "New"},
    "category_identifier": {"name": "Call Back"},
    "contact_phone": "35722000000",
}
CAMPAIGN = {
    "type_identifier": {"name": "3-Play Mall Campaign"},
    "category_identifier": {"name": "TV Advert"},
}


@pytest.mark.parametrize("release", ["R15.0.0", "R18.0.0"])
def test_lead_type_supplies_name_or_contact_of_the_source_from_r15_on(api, release):
    mock = api("crmcom", settings={"crmcom.release": release})
    assert created(mock, **CALL_BACK, source={"type": "WEBSITE"})["lead_source"] == {
        "type": "WEBSITE",
        "name": "Call centre",
    }
    source = created(mock, **CAMPAIGN, source={"type": "RECOMMENDED_BY_CONTACT"})["lead_source"]
    assert source["recommended_by_contact"]["last_name"] == "Georgiou"
    assert outcome(mock, **CALL_BACK, source={"type": "OTHER"}) == "created_with_source_of_type"


def test_own_name_of_the_source_comes_before_that_of_the_lead_type(api):
    source = {"type": "WEBSITE", "name": "www.example.com"}
    assert created(api("crmcom"), **CALL_BACK, source=source)["lead_source"] == source


@pytest.mark.parametrize("release", ["R11.0.0", "R11.1.0", "R14.0.0"])
def test_lead_type_supplies_no_source_before_r15(api, release):
    mock = api("crmcom", settings={"crmcom.release": release})
    assert outcome(mock, **CALL_BACK, source={"type": "OTHER"}) == "source_name_missing"
    missing = outcome(mock, **CAMPAIGN, source={"type": "RECOMMENDED_BY_CONTACT"})
    assert missing == "source_recommended_by_contact_missing"


def test_lead_type_without_a_source_leaves_it_mandatory(api):
    mock = api("crmcom")
    assert outcome(mock, source={"type": "RECOMMENDED_BY_CONTACT"}) == "source_recommended_by_contact_missing"
    assert [(each.location, each.rule) for each in mock.last_entry().violations] == [
        (
            ("body", "source", "source_recommended_by_contact_identifier"),
            "source_recommended_by_contact_missing",
        )
    ]


def test_months_are_no_unit_of_a_period(api):
    period = {"time_period_value": 3, "time_period_uot": "MONTHS"}
    assert outcome(api("crmcom"), estimated_completion_time=period) == "time_period_uot_invalid"


def test_refused_lead_changes_nothing_and_takes_no_number(api):
    mock = api("crmcom")
    before = only_reads(mock)
    create(mock, competitors_set=[{"competitor_identifier": {"name": "Zuora"}}])
    assert only_reads(mock) == before
    assert created(mock)["number"] == created(api("crmcom"))["number"]


def test_forced_answer_stores_nothing_and_lists_what_was_wrong(api):
    mock = api("crmcom")
    before = only_reads(mock)
    response = create(mock, contact_email="mock-created@example.com", priority=9)
    assert response.json()["data"]["number"] == "132"
    assert [each.rule for each in mock.last_entry().violations] == ["enum"]
    assert mock.records("contacts")[-1]["id"] == response.json()["data"]["contact_information"]["id"]
    assert only_reads(mock) == before | {"contacts": before["contacts"] + 1}  # adopted from the response
