"""Mistakes and correct variations of clients of CRM.COM."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.catalogue import reactions
from tests.catalogue.cases import Deed, Mistake, Variation
from tests.conftest import Api
from tests.vendors.crmcom.causes import BASE, KEY, LOGIN, PATHS, login
from tests.vendors.crmcom.helpers import ABSENT, create, lead

CREATE = PATHS["createLead"]
BY_KEY = PATHS["createTokenFromWebApiKey"]
PERSON = {"action": "NEW", "type": "PERSON", "first_name": "Eleni", "last_name": "Christou"}
SOON = {"time_period_value": 3, "time_period_uot": "WEEKS"}
CUSTOMER = {"action": "EXISTING", "contact_information_identifier": {"id_number": "3423"}}


def creates(**changes: Any) -> Deed:
    """Return a deed that creates a lead with changes."""
    return lambda api: create(api, **changes)


def logs_in(**changes: Any) -> Deed:
    """Return a deed that logs in with changes."""
    body = {name: value for name, value in {**LOGIN, **changes}.items() if value is not ABSENT}
    return lambda api: api.post(PATHS["createToken"], json=body)


def with_key(user: str, password: str = "") -> Deed:
    """Return a deed that asks for a token with a web API key."""
    return lambda api: api.post(BY_KEY, auth=httpx.BasicAuth(user, password))


def learns_of_its_tokens_end(api: Api) -> str:
    """Create a lead with a token that is over by now; return the token."""
    token = login(api)
    api.app.mock_app.sessions.get("default").clock.advance(7201)
    create(api, token=token)
    return token


def goes_on_with_an_expired_token(api: Api) -> None:
    """Create a lead with a token again although told that it is over."""
    create(api, token=learns_of_its_tokens_end(api))


def renews_when_told(api: Api) -> None:
    """Log in again when told that the token is over."""
    learns_of_its_tokens_end(api)
    create(api, token=login(api))


def goes_on_with_a_released_token(api: Api) -> None:
    """Create a lead with a token that it has given back."""
    token = login(api)
    api.post(PATHS["releaseToken"], json={"token": token})
    create(api, token=token)


def renews_its_token(api: Api) -> None:
    """Log in again in time."""
    login(api)
    api.app.mock_app.sessions.get("default").clock.advance(7201)
    create(api, token=login(api))


def contact(**members: Any) -> dict[str, Any]:
    """Return a new contact with changes."""
    return {name: value for name, value in (PERSON | members).items() if value is not ABSENT}


MISTAKES = [
    Mistake("no token", "required", "body.token", creates(token=ABSENT)),
    Mistake(
        "the token in a header",
        "required",
        "body.token",
        lambda api: api.post(CREATE, json=lead(token=ABSENT), headers={"authorization": "Bearer x"}),
    ),
    Mistake("a token that was never issued", "token_unknown", "body.token", creates(token="0" * 32)),
    Mistake("a stale token, again", "token_expired", "body.token", goes_on_with_an_expired_token),
    Mistake("a stale token, since released", "token_unknown", "body.token", goes_on_with_a_released_token),
    Mistake(
        "both semi-optional parameters",
        "oneOf",
        "body",
        creates(expected_completion_date="2026-03-01T10:00:00", estimated_completion_time=SOON),
    ),
    Mistake(
        "neither semi-optional parameter",
        "oneOf",
        "body",
        creates(expected_completion_date=ABSENT, estimated_completion_time=ABSENT),
    ),
    Mistake("no importance", "required", "body.importance", creates(importance=ABSENT)),
    Mistake("an importance in words", "enum", "body.importance", creates(importance="HIGH")),
    Mistake("the priority as a text", "type", "body.priority", creates(priority="3")),
    Mistake("a priority of 7", "enum", "body.priority", creates(priority=7)),
    Mistake(
        "lead_type_identifier for type_identifier",
        "required",
        "body.type_identifier",
        creates(type_identifier=ABSENT, lead_type_identifier={"name": "Software Purchase"}),
    ),
    Mistake(
        "two identifiers in one",
        "oneOf",
        "body.type_identifier",
        creates(type_identifier={"name": "Software Purchase", "alternative_code": "SP"}),
    ),
    Mistake("an identifier without a member", "oneOf", "body.type_identifier", creates(type_identifier={})),
    Mistake("an identifier as a text", "type", "body.type_identifier", creates(type_identifier="Software Purchase")),
    Mistake("a probability of 120", "maximum", "body.probability_to_win", creates(probability_to_win=120)),
    Mistake("a start date with a zone", "format", "body.start_date", creates(start_date="2026-02-01T10:00:00Z")),
    Mistake(
        "a period in fortnights",
        "enum",
        "body.estimated_completion_time.time_period_uot",
        creates(expected_completion_date=ABSENT, estimated_completion_time={**SOON, "time_period_uot": "FORTNIGHTS"}),
    ),
    Mistake(
        "a contact without action",
        "required",
        "body.contact_information.action",
        creates(contact_information=contact(action=ABSENT)),
    ),
    Mistake(
        "a person without a last name",
        "anyOf",
        "body.contact_information",
        creates(contact_information=contact(last_name=ABSENT)),
    ),
    Mistake(
        "a company without a name",
        "anyOf",
        "body.contact_information",
        creates(contact_information={"action": "NEW", "type": "COMPANY"}),
    ),
    Mistake(
        "a day of birth that is none",
        "contact_date_invalid",
        "body.contact_information.demographics.date_of_birth",
        creates(contact_information=contact(demographics={"date_of_birth": {"day": 30, "month": 2, "year": 1990}})),
    ),
    Mistake("a source without a type", "required", "body.source.type", creates(source={"name": "Fair"})),
    Mistake(
        "a source of the type OTHER without a name",
        "source_name_missing",
        "body.source.name",
        creates(source={"type": "OTHER"}),
    ),
    Mistake("nobody assigned", "assigned_to_missing", "body.assigned_to", creates(assigned_to=ABSENT)),
    Mistake(
        "a status of another type",
        "lead_status_not_allowed",
        "body.status_identifier",
        creates(status_identifier={"name": "Learn"}),
    ),
    Mistake(
        "no accounts receivable of a customer",
        "accounts_receivable_missing",
        "body.accounts_receivable_identifier",
        creates(contact_information=CUSTOMER),
    ),
    Mistake(
        "another's accounts receivable",
        "accounts_receivable_not_owned",
        "body.accounts_receivable_identifier",
        creates(contact_information=CUSTOMER, accounts_receivable_identifier={"number": "1002"}),
    ),
    Mistake(
        "an object for a set",
        "type",
        "body.competitors_set",
        creates(competitors_set={"competitor_identifier": {"name": "Zuora"}}),
    ),
    Mistake(
        "no e-mail address before R11.1.0",
        "required",
        "body.contact_email",
        creates(contact_email=ABSENT),
        {"crmcom.release": "R11.0.0"},
    ),
    Mistake("user for username", "required", "body.username", logs_in(username=ABSENT, user="demo")),
    Mistake("a wrong password", "credentials_invalid", "body.password", logs_in(password="wrong")),
    Mistake("a wrong organisation", "organisation_unknown", "body.organisation", logs_in(organisation="nobody")),
    Mistake("a wrong web API key", "credentials", "header.authorization", with_key("wrong")),
    Mistake("a web API key with a password", "credentials", "header.authorization", with_key(KEY, "secret")),
    Mistake(
        "the key without Basic", "credentials", "security", lambda api: api.post(BY_KEY, headers={"x-api-key": KEY})
    ),
    Mistake(
        "JSON with a comma too many",
        "syntax",
        "body",
        lambda api: api.post(CREATE, content=b'{"token": "x",}', headers={"content-type": "application/json"}),
    ),
    Mistake("a form for JSON", "mediaType", "header.content-type", lambda api: api.post(CREATE, data={"token": "x"})),
    Mistake("GET for POST", "method", "method", lambda api: api.get(CREATE)),
    Mistake("a path of version 1", "path", "path", lambda api: api.post("/crmapi/rest/v1/leads/create", json=lead())),
    Mistake("a path that ends too early", "path", "path", lambda api: api.post(f"{BASE}/leads", json=lead())),
    *reactions.CRMCOM_MISTAKES,
]

VARIATIONS = [
    Variation("a token from a login", "created", lambda api: create(api, token=login(api))),
    Variation("a token that has come to its end", "token_expired", learns_of_its_tokens_end, refused=True),
    Variation("a token renewed when it is over", "token_expired", renews_when_told, refused=True),
    Variation("a token renewed in time", "created", renews_its_token),
    Variation("an action in small letters", "created", creates(contact_information=contact(action="new"))),
    Variation(
        "a date of birth without year",
        "created",
        creates(contact_information=contact(demographics={"date_of_birth": {"day": 29, "month": 2}})),
    ),
    Variation(
        "an expected date only",
        "created",
        creates(estimated_completion_time=ABSENT, expected_completion_date="2026-03-01T10:00:00"),
    ),
    Variation("no optional member", "created", creates(description=ABSENT, fields_set=ABSENT)),
    Variation("a probability of 0", "created", creates(probability_to_win=0)),
    Variation("a probability of 100", "created", creates(probability_to_win=100)),
    Variation("a unit alone as assignee", "created", creates(assigned_to={"unit_identifier": {"name": "CSR Unit"}})),
    Variation("an unknown lead type", "lead_type_unknown", creates(type_identifier={"name": "Nothing"}), refused=True),
    Variation(
        "an unknown user",
        "user_unknown",
        creates(assigned_to={"user_identifier": {"username": "nobody"}}),
        refused=True,
    ),
    Variation(
        "an unknown competitor",
        "competitor_unknown",
        creates(competitors_set=[{"competitor_identifier": {"name": "Nobody"}}]),
        refused=True,
    ),
    Variation(
        "a parameter that the contract does not have",
        "created",
        creates(udf_string_99="x"),
        notice="body.udf_string_99",
    ),
    Variation(
        "a deprecated parameter",
        "created_with_services",
        creates(privacy_level_identifier=ABSENT, services_set=[]),
        notice="body.services_set",
    ),
    Variation("a web API key", "token_issued", with_key(KEY)),
    Variation("a unit at login", "token_issued_for_unit", logs_in(unit="1")),
    Variation("an unknown unit at login", "login_unit_unknown", logs_in(unit="Nowhere"), refused=True),
    Variation(
        "a charset",
        "created",
        lambda api: api.post(
            CREATE, content=json.dumps(lead()), headers={"content-type": "application/json;charset=UTF-8"}
        ),
    ),
    Variation(
        "a user name in capitals", "created", creates(assigned_to={"user_identifier": {"username": "MPADMINISTRATOR"}})
    ),
    Variation("no e-mail address since R11.1.0", "created", creates(contact_email=ABSENT)),
    Variation("empty sets", "created", creates(competitors_set=[], users_set=[])),
    Variation(
        "refusals as 4xx",
        "lead_type_unknown",
        creates(type_identifier={"name": "Nothing"}),
        refused=True,
        settings={"crmcom.error_status": "4xx"},
    ),
    *reactions.CRMCOM_VARIATIONS,
]
