"""Refusals of bodies that break the contract: outcome and description in CRM.COM's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_mocks.vendor import Location, MockResponse, RequestContext, Violation, load_data
from crm_mocks.vendors.crmcom.errors import refusal
from crm_mocks.vendors.crmcom.schemas import alternatives, request_schema, schema_at, value_at

_ALTERNATIVES: Final = ("oneOf", "anyOf")
_BY_TYPE: Final = {
    "string": ("string_invalid", "a string"),
    "number": ("number_invalid", "a number"),
    "integer": ("number_invalid", "a number"),
    "object": ("object_invalid", "an object"),
    "array": ("set_invalid", "a set"),
}
_OUTCOMES: Final[Mapping[str, Mapping[str, Any]]] = load_data(__file__, "violations.yaml")
_ALIAS: Final = "lead_products_set"
"""Another name of products_set, which the descriptions of the examples have."""

_DATES: Final = {
    "local-date-time": "a date and time without zone, such as 2018-01-22T17:28:30",
    "local-date-or-date-time": "a date, such as 2018-01-22, or a date and time without zone",
}
"""Descriptions of the formats."""


def refuse_violations(context: RequestContext) -> MockResponse:
    """Return the response to a request that breaks the contract, about the violation that CRM.COM finds first.

    That is a missing token, else the first member in the contract's order.
    """
    outcome, description = _outcome_and_description(context, min(context.violations, key=_precedence(context)))
    return refusal(context, outcome, description)


def _precedence(context: RequestContext) -> Any:
    assert context.operation is not None  # only requests of operations are validated
    order = {
        name: number for number, name in enumerate(request_schema(context.contract, context.operation)["properties"])
    }

    def key(violation: Violation) -> tuple[int, bool]:
        path = violation.location[1:]
        place = order.get(str(path[0]), len(order)) if path else (-1 if violation.rule == "type" else len(order))
        return place, violation.rule in _ALTERNATIVES

    return key


def _outcome_and_description(context: RequestContext, violation: Violation) -> tuple[str, str]:
    """Return the outcome of a violation, and a description if the example's does not fit."""
    path, rule = violation.location[1:], violation.rule
    if not path and rule in ("required", "type"):
        return ("body_missing" if rule == "required" else "body_not_object"), ""
    place = ".".join("*" if isinstance(step, int) else step for step in path)
    if rule == "required":
        return _OUTCOMES["missing"][place], ""
    by_rule = _OUTCOMES["values"].get(place, {})
    if rule in by_rule or "other" in by_rule:
        return by_rule.get(rule) or by_rule["other"], ""
    if rule == "oneOf":
        return _one_of(context, path, place)
    if rule == "anyOf" and place in ("contact_information", "source"):
        whole = value_at(context.body, path)
        return missing_of_contact(whole) if place == "contact_information" else missing_of_source(whole)
    if rule == "type":
        outcome, expected = _BY_TYPE[_first(violation.expected)]
        return outcome, f"{_written(path)} must be {expected}."
    return "date_invalid", f"{_written(path)} must be {_DATES[_schema_at(context, path)['format']]}."


def _first(expected: Any) -> str:
    return str(expected[0]) if isinstance(expected, list) else str(expected)


def _one_of(context: RequestContext, path: Location, place: str) -> tuple[str, str]:
    table = _OUTCOMES["one_of"]
    names = list(alternatives(_schema_at(context, path)))
    value = value_at(context.body, path)
    several = sum(name in value for name in names) > 1
    description = "" if place in table and _ALIAS not in path else _members(path, names)
    return table.get(place, table["other"])[several], description


def _schema_at(context: RequestContext, path: Location) -> dict[str, Any]:
    assert context.operation is not None  # only requests of operations are validated
    return schema_at(context.contract, request_schema(context.contract, context.operation), path)


def _members(path: Location, names: Iterable[str]) -> str:
    return f"{_written(path)} must hold exactly one of its members: {', '.join(names)}."


def _written(path: Location) -> str:
    """Return a path in the form `users_set[0].user_identifier`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


def missing_of_contact(contact: Mapping[str, Any]) -> tuple[str, str]:
    """Return the outcome for a contact without a member that its action and type require.

    See position crmcom-new-contacts.
    """
    if str(contact["action"]).upper() == "EXISTING":
        return "contact_identifier_missing", ""
    if "type" not in contact:
        return "contact_type_missing", ""
    if contact["type"] == "COMPANY":
        return "contact_company_name_missing", ""
    return ("contact_last_name_missing" if "first_name" in contact else "contact_first_name_missing"), ""


def missing_of_source(source: Mapping[str, Any]) -> tuple[str, str]:
    """Return the outcome for a source without the record that its type requires."""
    return f"source_{source['type'].lower()}_missing", ""
