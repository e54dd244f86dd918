"""What a created lead looks like."""

from __future__ import annotations

import pytest

from tests.vendors.crmcom.helpers import ABSENT, created, outcome

NEVER = {"time_period_value": None, "time_period_uot": None}


def period(value, unit):
    return {"time_period_value": value, "time_period_uot": unit}


def test_numbers_increase_and_ids_are_32_upper_case_hex_digits(api):
    mock = api("crmcom")
    first, second = created(mock), created(mock)
    assert int(second["number"]) == int(first["number"]) + 1
    assert first["id"] != second["id"]
    assert len(first["id"]) == 32
    assert first["id"] == first["id"].upper()


def test_lead_is_kept_whole_whatever_is_returned(api):
    mock = api("crmcom")
    assert created(mock, fields_set="number").keys() == {"number"}
    assert len(mock.records("leads")[0]) == 47


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ("id,number", {"id", "number"}),
        (" status , unheard_of ", {"status"}),
        ("lead_owner,id", {"id"}),
    ],
)
def test_fields_set_chooses_members_and_ignores_unknown_names(api, fields, members):
    assert created(api("crmcom"), fields_set=fields).keys() == members


@pytest.mark.parametrize("fields", ["", " , ", "unheard_of"])
def test_fields_set_without_a_known_name_returns_everything(api, fields):
    assert len(created(api("crmcom"), fields_set=fields)) == 47


@pytest.mark.parametrize(
    ("start", "expected", "length"),
    [
        ("2015-02-20T17:28:30", "2015-03-13T17:28:30", period(3, "WEEKS")),
        ("2018-01-01T00:00:00", "2018-01-06T00:00:00", period(5, "DAYS")),
        ("2018-01-01T00:00:00", "2018-01-01T12:00:00", period(0.5, "DAYS")),
        ("2018-01-01T00:00:00", "2019-01-01T00:00:00", period(1, "YEARS")),
        ("2018-01-01T00:00:00", "2018-01-01T00:00:00", period(0, "DAYS")),
        ("2018-01-15T00:00:00", "2018-01-01T00:00:00", period(-2, "WEEKS")),
    ],
)
def test_estimated_time_is_computed_from_the_expected_date(api, start, expected, length):
    data = created(api("crmcom"), start_date=start, expected_completion_date=expected, estimated_completion_time=ABSENT)
    assert data["estimated_completion_time"] == length
    assert data["time_to_completion"] == length
    assert data["expected_completion_date"] == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (90, "MINUTES", "2018-01-01T01:30:00"),
        (1.5, "HOURS", "2018-01-01T01:30:00"),
        (2, "DAYS", "2018-01-03T00:00:00"),
        (1 / 7, "DAYS", "2018-01-01T03:25:43"),
        (3, "WEEKS", "2018-01-22T00:00:00"),
        (1, "YEARS", "2019-01-01T00:00:00"),
    ],
)
def test_expected_date_is_computed_from_the_estimated_time(api, value, unit, expected):
    sent = period(value, unit)
    data = created(api("crmcom"), start_date="2018-01-01T00:00:00", estimated_completion_time=sent)
    assert data["expected_completion_date"] == expected
    assert data["estimated_completion_time"] == sent


@pytest.mark.parametrize("fraction", ["", ".5", ".123"])
def test_computed_date_is_written_like_the_one_that_was_sent(api, fraction):
    sent = {"start_date": f"2018-01-01T00:00:00{fraction}", "estimated_completion_time": period(3, "WEEKS")}
    assert created(api("crmcom"), **sent)["expected_completion_date"] == f"2018-01-22T00:00:00{fraction}"


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        ("2015-03-13T23:59:00Z", NEVER),
        ("2015-03-14T00:01:00Z", period(1, "DAYS")),
        ("2015-03-16T14:32:14Z", period(3, "DAYS")),
        ("2015-03-27T00:00:00Z", period(2, "WEEKS")),
        ("2018-01-22T12:50:37Z", period(1046 / 365, "YEARS")),
    ],
)
def test_lead_is_overdue_by_whole_calendar_days(api, now, overdue):
    sent = {"expected_completion_date": "2015-03-13T17:28:30", "estimated_completion_time": ABSENT}
    assert created(api("crmcom", now=now), start_date="2015-02-20T17:28:30", **sent)["time_overdue"] == overdue


def test_lead_without_start_starts_now(api):
    assert created(api("crmcom", now="2026-01-31T12:00:00Z"))["start_date"] == "2026-01-31T12:00:00"


def test_user_defined_fields_come_back_as_sent(api):
    sent = {"udf_string_8": "x", "udf_float_4": 1.25, "udf_date_1": "2018-01-22", "udf_date_2": "2018-01-22T10:00:00"}
    assert created(api("crmcom"), **sent).items() >= sent.items()


def test_new_company_has_a_name_and_no_person(api):
    company = {"action": "NEW", "type": "COMPANY", "company_name": "Aphrodite Trading Ltd", "first_name": "ignored"}
    contact = created(api("crmcom"), contact_information=company)["contact_information"]
    assert (contact["name"], contact["company_name"], contact["first_name"]) == (
        "Aphrodite Trading Ltd",
        "Aphrodite Trading Ltd",
        None,
    )
    assert contact["life_cycle_state"] == "MARKETING"


def test_countries_of_a_new_contact_are_shown_whole(api):
    person = {"action": "NEW", "type": "PERSON", "first_name": "Eleni", "last_name": "Christou"}
    demographics = {"country_of_residence_identifier": {"two_character_code": "GR"}}
    contact = created(api("crmcom"), contact_information={**person, "demographics": demographics})
    shown = contact["contact_information"]["demographics"]
    assert shown["country_of_residence"]["name"] == "GREECE"
    assert shown["id_issued_by_country"] is None


@pytest.mark.parametrize(
    ("source", "member", "wanted"),
    [
        (("COMMUNICATIONS", "source_communications_identifier", {"number": "204"}), "communication", "204"),
        (("NOTIFICATIONS", "source_notifications_identifier", {"number": "305"}), "notification", "305"),
    ],
)
def test_source_shows_the_record_that_it_refers_to(api, source, member, wanted):
    kind, parameter, identifier = source
    shown = created(api("crmcom"), source={"type": kind, parameter: identifier})["lead_source"]
    assert shown.keys() == {"type", member}
    assert shown[member]["number"] == wanted


@pytest.mark.parametrize("text", ["", " ", "no address", "x" * 10_000])
def test_any_string_comes_back_as_sent(api, text):
    sent = {"contact_email": text, "contact_phone": text, "description": text, "udf_string_1": text}
    assert created(api("crmcom"), **sent).items() >= sent.items()


def test_an_empty_string_is_a_value_of_a_mandatory_parameter(api):
    type_identifier, category = {"name": "New Customer"}, {"name": "New Customer"}
    changes = {"type_identifier": type_identifier, "category_identifier": category, "status_identifier": ABSENT}
    assert created(api("crmcom"), contact_email="", **changes)["contact_email"] == ""
    assert outcome(api("crmcom"), contact_email=ABSENT, **changes) == "contact_email_required"


def test_an_empty_identifier_names_no_record(api):
    assert outcome(api("crmcom"), type_identifier={"name": ""}) == "lead_type_unknown"


def test_members_of_another_source_or_action_are_ignored(api):
    unknown = {"number": "none"}
    source = {"type": "OTHER", "name": "Fair", "source_communications_identifier": unknown}
    person = {"action": "NEW", "type": "PERSON", "first_name": "Eleni", "last_name": "Christou"}
    contact = {**person, "contact_information_identifier": {"id_number": "none"}}
    data = created(api("crmcom"), source=source, contact_information=contact)
    assert data["lead_source"] == {"type": "OTHER", "name": "Fair"}
    assert data["contact_information"]["name"] == "Eleni Christou"


def test_members_of_another_source_must_fit_the_contract(api):
    source = {"type": "OTHER", "name": "Fair", "source_communications_identifier": {}}
    assert outcome(api("crmcom"), source=source) == "identifier_empty"


def test_the_same_user_twice_is_two_entries(api):
    users = created(api("crmcom"), users_set=[{"user_identifier": {"username": "supervisor"}}] * 2)["users_set"]
    assert users[0]["user"] == users[1]["user"]
    assert users[0]["id"] != users[1]["id"]


def test_products_of_both_sets_are_added_whatever_the_action(api):
    product = {"product_identifier": {"code": "123"}}
    alias = [{"action": "remove", "lead_product_identifier": product}]
    assert len(created(api("crmcom"), products_set=[product], lead_products_set=alias)["products_set"]) == 2


def test_same_person_twice_is_two_contacts(api):
    mock = api("crmcom")
    assert created(mock)["contact_information"]["id"] != created(mock)["contact_information"]["id"]


def test_sets_sent_empty_stay_empty_where_the_type_has_defaults(api):
    data = created(
        api("crmcom"),
        type_identifier={"alternative_code": "TPMC"},
        category_identifier={"code": "TA"},
        products_set=[],
        competitors_set=[],
    )
    assert (data["products_set"], data["competitors_set"]) == ([], [])


def test_records_supplied_by_the_user_are_found(api):
    own = {"id": "77", "name": "Door to Door", "statuses": ["88"], "default_status": "88", "categories": ["99"]}
    records = {
        "lead_types": [{**own, "default_category": "99"}],
        "lead_statuses": [{"id": "88", "name": "Rang", "life_cycle_state": "PENDING"}],
        "lead_categories": [{"id": "99", "name": "Doors"}],
    }
    mock = api("crmcom", records={"crmcom": records})
    data = created(mock, type_identifier={"name": "Door to Door"}, status_identifier=ABSENT, category_identifier=ABSENT)
    assert (data["status"]["name"], data["category"]["name"]) == ("Rang", "Doors")


def test_a_supplied_lead_type_without_defaults_requires_a_status(api):
    records = {"lead_types": [{"id": "77", "name": "Door to Door"}]}
    mock = api("crmcom", records={"crmcom": records})
    type_identifier = {"name": "Door to Door"}
    assert outcome(mock, type_identifier=type_identifier, status_identifier=ABSENT) == "lead_status_unknown"
