"""Mistakes and correct variations of clients of the config API."""

from __future__ import annotations

from typing import Any

from tests.catalogue import reactions
from tests.catalogue.cases import Deed, Mistake, Variation
from tests.conftest import Api
from tests.vendors.config_api.causes import KEY, additional, config, field, lead

CREATE = "/v1/leads/create"
VALIDATE = "/v1/leads/validate"
CONFIG = "/v1/leads/config"
ADDRESS = {"street": "Alster", "houseNumber": "1", "zipCode": "20095", "city": "Hamburg", "countryCode": "DE"}
JSON = {**KEY, "content-type": "application/json"}
LIMITED = {"config_api.rate_limit": "1/60", "config_api.retry_after": "on"}


def customer(**members: Any) -> dict[str, Any]:
    """Return a lead whose customer has other members too; `None` takes one away."""
    given = {**lead()["leadCustomer"], **members}
    return {"leadCustomer": {name: value for name, value in given.items() if value is not None}}


def address(**members: Any) -> dict[str, Any]:
    """Return a lead with an address; `None` takes a member away."""
    return lead(address={name: value for name, value in (ADDRESS | members).items() if value is not None})


def posts(body: Any, url: str = CREATE, headers: dict[str, str] | None = None, **kwargs: Any) -> Deed:
    """Return a deed that posts a body."""
    return lambda api: api.post(url, json=body, headers={**KEY, **(headers or {})}, **kwargs)


def sends(content: bytes, content_type: str) -> Deed:
    """Return a deed that posts bytes."""
    return lambda api: api.post(CREATE, content=content, headers={**KEY, "content-type": content_type})


def asks(headers: dict[str, str], url: str = CONFIG, method: str = "GET") -> Deed:
    """Return a deed that asks without a body."""
    return lambda api: api.request(method, url, headers=headers)


def hurries(api: Api) -> None:
    """Ask again at once, although told to wait."""
    for _ in range(3):
        api.get(CONFIG, headers=KEY)


def waits(api: Api) -> None:
    """Ask again when the time is over."""
    api.get(CONFIG, headers=KEY)
    told = int(api.get(CONFIG, headers=KEY).headers["retry-after"])
    api.app.mock_app.sessions.get("default").clock.advance(told)
    api.get(CONFIG, headers=KEY)


def creates_twice(api: Api) -> None:
    """Create the same lead again."""
    for _ in range(2):
        posts(lead())(api)


def creates_at_once(api: Api) -> None:
    """Create the same lead twice at the same time."""
    request = {"method": "POST", "url": CREATE, "headers": KEY, "json": lead()}
    api.send_together(request, request)


def queued(status: int) -> Deed:
    """Return a deed that is right, but is answered otherwise."""

    def deed(api: Api) -> None:
        answer = {"operation": "config_api.createLead", "status": status}
        assert api.post("/__admin/responses", json=answer).status_code == 201
        posts(lead())(api)

    return deed


def with_config(**changes: Any) -> dict[str, Any]:
    """Return settings with a lead config."""
    return {"config_api.lead_config": config(**changes)}


NAME = "body.leadCustomer"
MORE = "body.additionalInformation.*"

MISTAKES = [
    Mistake(
        "first_name for firstname", "required", f"{NAME}.firstname", posts(customer(firstname=None, first_name="A"))
    ),
    Mistake("lastName for lastname", "required", f"{NAME}.lastname", posts(customer(lastname=None, lastName="A"))),
    Mistake("mail for email", "required", f"{NAME}.email", posts(customer(email=None, mail="a@b.de"))),
    Mistake("customer for leadCustomer", "required", NAME, posts({"customer": lead()["leadCustomer"]})),
    Mistake("the customer's members at the top", "required", NAME, posts(lead()["leadCustomer"])),
    Mistake("a list of leads", "type", "body", posts([lead()])),
    Mistake("a number as the first name", "type", f"{NAME}.firstname", posts(customer(firstname=5))),
    Mistake("null for an optional member", "type", "body.notes", posts(lead(notes=None))),
    Mistake("a number as the house number", "type", "body.address.houseNumber", posts(address(houseNumber=1))),
    Mistake("zip for zipCode", "required", "body.address.zipCode", posts(address(zipCode=None, zip="20095"))),
    Mistake("an address without country", "required", "body.address.countryCode", posts(address(countryCode=None))),
    Mistake("a gender in small letters", "enum", f"{NAME}.gender", posts(customer(gender="male"))),
    Mistake("a gender that is not offered", "enum", f"{NAME}.gender", posts(customer(gender="DIVERSE"))),
    Mistake("a German date", "format", f"{NAME}.dateOfBirth", posts(customer(dateOfBirth="31.01.1990"))),
    Mistake(
        "a date-time for a date", "format", f"{NAME}.dateOfBirth", posts(customer(dateOfBirth="1990-01-31T00:00:00Z"))
    ),
    Mistake(
        "a day that is not in the calendar", "format", f"{NAME}.dateOfBirth", posts(customer(dateOfBirth="1990-02-30"))
    ),
    Mistake(
        "an object for the list of additional fields",
        "type",
        "body.additionalInformation",
        posts(lead(additionalInformation={"additionalFieldId": 1})),
    ),
    Mistake(
        "id for additionalFieldId",
        "required",
        f"{MORE}.additionalFieldId",
        posts(lead(additionalInformation=[{"id": 1246357245, "value": "x"}])),
    ),
    Mistake(
        "the field's id as a text", "type", f"{MORE}.additionalFieldId", posts(additional("1246357245", value="x"))
    ),  # type: ignore[arg-type]  # the mistake on purpose
    Mistake("a field's id beyond 64 bits", "maximum", f"{MORE}.additionalFieldId", posts(additional(2**63, value="x"))),
    Mistake("a number as an additional value", "type", f"{MORE}.value", posts(additional(1246357244, value=3))),
    Mistake(
        "words in a numeric field",
        "additional_numeric_wrong",
        f"{MORE}.value",
        posts(additional(1246357244, value="three")),
    ),
    Mistake(
        "a choice that is not offered",
        "additional_selection_unknown",
        f"{MORE}.value",
        posts(additional(1246357240, value="Telegram")),
    ),
    Mistake(
        "values for a single choice",
        "additional_value_expected",
        f"{MORE}.values",
        posts(additional(1246357240, values=["Radio"])),
    ),
    Mistake(
        "value for a multiple choice",
        "additional_values_expected",
        f"{MORE}.value",
        posts(additional(1246357241, value="Radio")),
    ),
    Mistake("no value at all", "oneOf", MORE, posts(additional(1246357245))),
    Mistake("an empty list of values", "additional_value_missing", MORE, posts(additional(1246357241, values=[]))),
    Mistake(
        "yes for a boolean", "additional_boolean_wrong", f"{MORE}.value", posts(additional(1246357242, value="yes"))
    ),
    Mistake(
        "no address where it is mandatory",
        "mandatory_address_missing",
        "body.address",
        posts(lead()),
        with_config(addressMode="MANDATORY"),
    ),
    Mistake(
        "no telephone where it is mandatory",
        "mandatory_telephone_missing",
        f"{NAME}.telephone",
        posts(lead()),
        with_config(telephoneMode="MANDATORY"),
    ),
    Mistake(
        "no additional field where it is mandatory",
        "mandatory_additional_field_missing",
        "body.additionalInformation",
        posts(lead()),
        with_config(additionalInformation=[field("TEXT", mode="MANDATORY")]),
    ),
    Mistake("the key in Authorization", "credentials", "security", asks({"authorization": "Bearer demo-key"})),
    Mistake("api-key for x-api-key", "credentials", "security", asks({"api-key": "demo-key"})),
    Mistake("a wrong key", "key_unknown", "header.x-api-key", asks({"x-api-key": "demo-kye"})),
    Mistake(
        "a key without the scope",
        "permission_denied",
        "header.x-api-key",
        lambda api: api.post(CREATE, json=lead(), headers={"x-api-key": "demo-key-read-only"}),
    ),
    Mistake("GET for POST", "method", "method", asks(KEY, CREATE)),
    Mistake("PUT for POST", "method", "method", lambda api: api.request("PUT", CREATE, json=lead(), headers=KEY)),
    Mistake("the path in the singular", "path", "path", posts(lead(), "/v1/lead/create")),
    Mistake("a path of an older version", "path", "path", posts(lead(), "/v0/leads/create")),
    Mistake(
        "a form for JSON",
        "mediaType",
        "header.content-type",
        lambda api: api.post(CREATE, data={"firstname": "A"}, headers=KEY),
    ),
    Mistake("JSON that is called text", "mediaType", "header.content-type", sends(b"{}", "text/plain")),
    Mistake("no body", "required", "body", sends(b"", "application/json")),
    Mistake("a Python dictionary for JSON", "syntax", "body", sends(b"{'leadCustomer': {}}", "application/json")),
    Mistake("Retry-After not heeded", "retryAfter", "header.retry-after", hurries, LIMITED),
    Mistake("a wrong lead validated", "required", f"{NAME}.email", posts(customer(email=None), VALIDATE)),
    *reactions.CONFIG_API_MISTAKES,
]

VARIATIONS = [
    Variation("the required members only", "created_minimal", posts(lead())),
    Variation("an address of the required members only", "created_full", posts(address())),
    Variation("empty texts", "created_full", posts(lead(notes=""))),
    Variation("an empty list of additional fields", "created_full", posts(lead(additionalInformation=[]))),
    Variation(
        "a member that the contract does not have", "created_full", posts(lead(utmSource="ad")), notice="body.utmSource"
    ),
    Variation(
        "a charset",
        "created_minimal",
        lambda api: api.post(CREATE, json=lead(), headers={**KEY, "content-type": "application/json; charset=utf-8"}),
    ),
    Variation(
        "a media type in capitals",
        "created_minimal",
        lambda api: api.post(CREATE, json=lead(), headers={**KEY, "content-type": "Application/JSON"}),
    ),
    Variation("the key's header in capitals", "lead_config", asks({"X-API-KEY": "demo-key"})),
    Variation("a key that may only read, reading", "lead_config", asks({"x-api-key": "demo-key-read-only"})),
    Variation("names beyond ASCII", "created_minimal", posts(customer(firstname="Ægir", lastname="Ólafsdóttir 李"))),
    Variation("a single choice", "created_full", posts(additional(1246357240, value="Radio"))),
    Variation("several choices", "created_full", posts(additional(1246357241, values=["Radio", "Other"]))),
    Variation("a leap day", "created_full", posts(customer(dateOfBirth="1988-02-29"))),
    Variation("an unknown header", "created_minimal", posts(lead(), headers={"x-request-id": "7"})),
    Variation(
        "a language that the CRM does not have", "created_minimal", posts(lead(), headers={"accept-language": "fi"})
    ),
    Variation("HEAD", "", asks(KEY, CONFIG, "HEAD")),
    Variation("the same customer twice", "duplicate_customer", creates_twice, refused=True),
    Variation("an unknown campaign", "unknown_campaign", posts(lead(externalIdentifier="X-1")), refused=True),
    Variation(
        "an unknown additional field", "unknown_additional_field", posts(additional(4711, value="x")), refused=True
    ),
    Variation(
        "too many requests",
        "rate_limit_exceeded",
        lambda api: [api.get(CONFIG, headers=KEY) for _ in range(2)],
        refused=True,
        settings=LIMITED,
    ),
    Variation("Retry-After heeded", "lead_config", waits, settings=LIMITED),
    Variation(
        "a conflict", "concurrent_modification", creates_at_once, refused=True, settings={"config_api.latency_ms": 20}
    ),
    Variation("a server error that was queued", "internal_error", queued(500), refused=True),
    Variation(
        "a duplicate found by validation", "duplicate_customer", posts(lead("erika.mustermann@example.com"), VALIDATE)
    ),
    Variation("a possible lead", "possible", posts(lead(), VALIDATE)),
    *reactions.CONFIG_API_VARIATIONS,
]
