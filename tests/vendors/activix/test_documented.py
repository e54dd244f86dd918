"""Each attribute that the documents name is in the contract, and the receiver holds it to its type and values."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Final

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.contract.references import follow
from tests.conftest import Api
from tests.vendors.activix.causes import BASIC, LEADS, example, lead, push
from tests.vendors.activix.documented import ATTRIBUTES, EXAMPLE, VALUES

DOCUMENT: Final = ContractFile("activix").document
KINDS: Final = {
    f"{schema}.{name}": kind
    for schema, kinds in ATTRIBUTES.items()
    for kind, names in kinds.items()
    for name in names.split()
}
LISTS: Final = {"Email": "emails", "Phone": "phones", "Vehicle": "vehicles"}
RIGHT: Final[dict[str, Any]] = {
    "integer": 7,
    "number": 3.9,
    "string": "text",
    "boolean": True,
    "date": "1990-04-10",
    "date-time": "2018-04-09T18:05:00+00:00",
    "object": {},
    "array": [],
}
FORMATTED: Final[dict[str, Any]] = {
    "Lead.account_id": 44,
    "Lead.country": "CA",
    "Lead.province": "QC",
    "Lead.locale": "fr",
    "Phone.number": "+15145550142",
    "Vehicle.year": "2018",
}
WRONG: Final[dict[str, Any]] = {"string": 5, "date": "noon", "date-time": "noon", "boolean": "yes"}
TYPES: Final = {"date": "string", "date-time": "string"}
WANTED_ONLY: Final = ("budget_max", "budget_min", "length_max", "length_min", "year_max", "year_min")


def node(attribute: str) -> Any:
    schema, name = attribute.split(".")
    found = DOCUMENT["components"]["schemas"][schema]["properties"][name]
    for part in found.get("allOf", ()):
        found = {**follow(DOCUMENT, part), **{key: value for key, value in found.items() if key != "allOf"}}
    return found


def lead_with(attribute: str, value: Any) -> dict[str, Any]:
    """Return a lead with a value of an attribute of its own or of a linked object."""
    schema, name = attribute.split(".")
    if schema == "Lead":
        return lead(**{name: value})
    if schema == "Account":
        return lead(account={"id": 66, name: value})
    if schema == "User":
        return lead(advisor={name: value})
    return lead(**{LISTS[schema]: [{name: value}]})


def location(attribute: str) -> str:
    schema, name = attribute.split(".")
    prefix = {"Lead": "", "Account": "account.", "User": "advisor."}.get(schema, f"{LISTS.get(schema)}.0.")
    return prefix + name


def attributes_of(schema: str) -> list[str]:
    return [attribute for attribute in KINDS if attribute.startswith(f"{schema}.")]


def statuses(mock: Api, bodies: dict[str, Any]) -> dict[str, int]:
    return {attribute: push(mock, body).status_code for attribute, body in bodies.items()}


def right_value(attribute: str) -> Any:
    if attribute == "Account.id":
        return 66
    return FORMATTED.get(attribute, VALUES.get(attribute, (RIGHT[KINDS[attribute]],))[0])


def test_the_contract_has_the_documented_attributes_and_no_others() -> None:
    schemas = {name: DOCUMENT["components"]["schemas"][name]["properties"] for name in ATTRIBUTES}
    assert {f"{schema}.{name}" for schema, names in schemas.items() for name in names} == KINDS.keys()


@pytest.mark.parametrize("attribute", KINDS)
def test_the_contract_has_the_documented_type(attribute: str) -> None:
    schema = node(attribute)
    if attribute == "Vehicle.year":  # position `activix-vehicle-year`
        assert [branch["type"] for branch in schema["anyOf"]] == ["string", "integer"]
        return
    kind = KINDS[attribute]
    assert schema["type"] == TYPES.get(kind, kind)
    if kind in ("date", "date-time"):
        assert schema["format"] == {"date-time": "date-time-or-empty"}.get(kind, kind)
    assert schema["description"]


@pytest.mark.parametrize("schema", ATTRIBUTES)
def test_values_of_the_documented_types_are_accepted_and_stored(schema: str, api: Callable[..., Api]) -> None:
    mock = api("activix")
    bodies = {attribute: lead_with(attribute, right_value(attribute)) for attribute in attributes_of(schema)}
    assert statuses(mock, bodies) == dict.fromkeys(bodies, 200)
    stored = {record["id"]: record for record in mock.records("leads")}
    assert all(stored[body["id"]] == body for body in bodies.values())


@pytest.mark.parametrize("schema", ATTRIBUTES)
def test_values_of_other_types_are_refused(schema: str, api: Callable[..., Api]) -> None:
    mock = api("activix")
    for attribute in attributes_of(schema):
        answer = push(mock, lead_with(attribute, WRONG.get(KINDS[attribute], "text")))
        assert (answer.status_code, location(attribute) in answer.json().get("errors", {})) == (422, True), attribute
    assert mock.records("leads") == []


@pytest.mark.parametrize("schema", ATTRIBUTES)
def test_blank_attributes_are_null(schema: str, api: Callable[..., Api]) -> None:
    bodies = {attribute: lead_with(attribute, None) for attribute in attributes_of(schema) if attribute[-3:] != ".id"}
    if schema == "Lead":
        bodies["Lead.account_id"]["account"] = {"id": 66}
    assert statuses(api("activix"), bodies) == dict.fromkeys(bodies, 200)


@pytest.mark.parametrize("attribute", VALUES)
def test_documented_values_are_accepted_and_others_refused(attribute: str, api: Callable[..., Api]) -> None:
    mock = api("activix")
    assert set(node(attribute)["enum"]) - {"suv"} == {*VALUES[attribute], None}
    for value in VALUES[attribute]:
        assert push(mock, lead_with(attribute, value)).status_code == 200, value
    other: Any = 3 if isinstance(VALUES[attribute][0], int) else "other than these"
    assert push(mock, lead_with(attribute, other)).status_code == 422


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("Lead.country", "CAN"), ("Lead.province", "QUE"), ("Lead.locale", "fra"), ("Phone.number", "514 555-0142")],
)
def test_codes_of_another_form_are_refused(attribute: str, value: str, api: Callable[..., Api]) -> None:
    mock = api("activix")
    answer = push(mock, lead_with(attribute, value))
    assert (answer.status_code, mock.last_entry().outcome) == (422, "invalid_format")
    assert list(answer.json()["errors"]) == [location(attribute)]


@pytest.mark.parametrize("name", EXAMPLE)
def test_the_example_of_the_push_document_has_the_documented_value(name: str) -> None:
    assert contains(example("createLead", "created")[name], EXAMPLE[name])


def contains(value: Any, documented: Any) -> bool:
    """Return whether a value is the documented one, completed where the document has an ellipsis."""
    if isinstance(documented, dict):
        return all(contains(value[name], inner) for name, inner in documented.items())
    if isinstance(documented, list):
        return len(value) > len(documented) and all(itertools.starmap(contains, zip(value, documented, strict=False)))
    return bool(value == documented)


@pytest.mark.parametrize("name", WANTED_ONLY)
def test_what_is_of_wanted_vehicles_only_says_so(name: str) -> None:
    assert "(wanted vehicles only)" in node(f"Vehicle.{name}")["description"]


@pytest.mark.parametrize("attribute", ["Email.valid", "Phone.valid"])
def test_what_is_read_only_says_so(attribute: str) -> None:
    assert "Read-only" in node(attribute)["description"]


@pytest.mark.parametrize("accept", ["application/json", "text/html", None])
def test_accept_is_ignored(accept: str | None, api: Callable[..., Api]) -> None:
    mock = api("activix")
    body = lead()
    headers = BASIC | ({"Accept": accept} if accept else {})
    assert mock.post(LEADS, json=body, headers=headers).status_code == 200
