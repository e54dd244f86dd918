"""Identifiers: each member that can name a record finds it."""

from __future__ import annotations

import pytest

from crm_mocks.vendors.crmcom.catalogue import catalogue
from crm_mocks.vendors.crmcom.kinds import KINDS
from crm_mocks.vendors.crmcom.references import ALL
from tests.vendors.crmcom.causes import _FILE
from tests.vendors.crmcom.helpers import created, outcome

KIND = {kind.name: kind for kind in KINDS}


@pytest.mark.parametrize("to", ALL, ids=lambda each: each.name)
def test_every_member_of_an_identifier_is_looked_up(to):
    members = _FILE.document["components"]["schemas"][to.identifier]["properties"]
    kind = KIND[to.kind]
    assert members.keys() <= {kind.key, *kind.indexed}


@pytest.mark.parametrize("to", ALL, ids=lambda each: each.name)
def test_catalogue_has_a_record_of_every_kind_that_is_referred_to(to):
    assert catalogue()[to.kind]


@pytest.mark.parametrize(
    ("parameter", "member", "identifier", "wanted"),
    [
        ("type_identifier", "type", {"id": "F60FFE7AAD3F5B9B6E66A42266FA37C4"}, "Software Purchase"),
        ("type_identifier", "type", {"alternative_code": "SP"}, "Software Purchase"),
        ("status_identifier", "status", {"alternative_code": "NGT"}, "Negotiate"),
        ("category_identifier", "category", {"code": "SP"}, "Software Purchase"),
        ("owned_by_group_identifier", "owned_by_group", {"alternative_code": "CSR"}, "CSR Group"),
    ],
)
def test_record_is_found_by_any_of_its_identifiers(api, parameter, member, identifier, wanted):
    assert created(api("crmcom"), **{parameter: identifier})[member]["name"] == wanted


@pytest.mark.parametrize(
    ("parameter", "identifier"),
    [
        ("type_identifier", {"name": "software purchase"}),
        ("type_identifier", {"alternative_code": "sp"}),
        ("lead_owner", {"id": "018ca08bc267612f6206d85011ffc5d1"}),
    ],
)
def test_case_matters_in_all_identifiers_but_user_names(api, parameter, identifier):
    assert outcome(api("crmcom"), **{parameter: identifier}).endswith("_unknown")


@pytest.mark.parametrize("username", ["mpadministrator", "MPADMINISTRATOR", "MPAdministrator"])
def test_user_is_found_whatever_the_case_and_shown_as_stored(api, username):
    data = created(api("crmcom"), assigned_to={"user_identifier": {"username": username}})
    assert data["assigned_to"]["user"]["username"] == "MPAdministrator"


def test_status_that_several_types_have_is_that_of_the_leads_type(api):
    mock = api("crmcom")
    purchase = created(mock)["status"]
    campaign = created(
        mock,
        type_identifier={"name": "3-Play Mall Campaign"},
        category_identifier={"name": "TV Advert"},
    )["status"]
    assert (purchase["name"], campaign["name"]) == ("Reach", "Reach")
    assert purchase["id"] != campaign["id"]


@pytest.mark.parametrize(
    "identifier",
    [
        {"id_number": "3423"},
        {"social_security_number": "67575"},
        {"id": "B7D3E4F8A84C45AD919DB3C3E796BACF"},
    ],
)
def test_existing_contact_is_found_by_any_of_its_papers(api, identifier):
    data = created(
        api("crmcom"),
        contact_information={"action": "existing", "contact_information_identifier": identifier},
        accounts_receivable_identifier={"number": "1001"},
    )
    assert data["contact_information"]["last_name"] == "Demou"
    assert data["accounts_receivable"]["number"] == "1001"


@pytest.mark.parametrize("identifier", [{"vat_registration_number": "CY10222222A"}, {"registration_number": "HE22222"}])
def test_company_is_found_by_its_registrations(api, identifier):
    source = {"type": "RECOMMENDED_BY_PARTNER", "source_recommended_by_partner_identifier": identifier}
    partner = created(api("crmcom"), source=source)["lead_source"]["recommended_by_partner"]
    assert partner["company_name"] == "Nicosia Partners Ltd"


def test_new_contact_is_found_by_the_next_lead(api):
    mock = api("crmcom")
    new = {"action": "NEW", "type": "PERSON", "first_name": "Eleni", "last_name": "Christou"}
    contact = created(mock, contact_information={**new, "demographics": {"id_number": "424242"}})["contact_information"]
    existing = {"action": "EXISTING", "contact_information_identifier": {"id_number": "424242"}}
    assert created(mock, contact_information=existing)["contact_information"] == contact


def test_an_identifier_of_two_contacts_names_the_first(api):
    mock = api("crmcom")
    new = {"action": "NEW", "type": "PERSON", "first_name": "Eleni", "demographics": {"id_number": "424242"}}
    first, _ = (created(mock, contact_information={**new, "last_name": name}) for name in ("Christou", "Ioannou"))
    existing = {"action": "EXISTING", "contact_information_identifier": {"id_number": "424242"}}
    assert created(mock, contact_information=existing)["contact_information"] == first["contact_information"]


def test_competitor_is_named_as_a_company_from_r18_on(api):
    competitors = [{"competitor_identifier": {"registration_number": "HE44444"}}]
    assert (
        created(api("crmcom"), competitors_set=competitors)["competitors_set"][0]["competitor"]["name"]
        == "Competitor 4"
    )
    older = api("crmcom", settings={"crmcom.release": "R15.0.0"})
    assert outcome(older, competitors_set=competitors) == "identifier_empty"


def test_unknown_reference_breaks_no_rule_of_the_contract(api):
    mock = api("crmcom")
    assert outcome(mock, owned_by_group_identifier={"name": "Nobody"}) == "group_unknown"
    assert mock.last_entry().violations == []
