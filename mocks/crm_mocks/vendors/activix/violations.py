"""Refusals of request bodies: attributes of a lead in the words of Laravel, and token requests.

The shape and the words for a lead's attributes are position `activix-invalid-attributes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.vendor import Location, MockResponse, RequestContext, RequestProblem, Violation, documented, find_outcome

OUTCOMES: Final = ("not_an_object", "id_missing", "invalid_type", "invalid_date", "invalid_value", "invalid_format")
"""Refusals of invalid leads; the first one that applies refuses a lead."""

_WORDS: Final = {
    "required": "The {} field is required.",
    "string": "The {} must be a string.",
    "integer": "The {} must be an integer.",
    "number": "The {} must be a number.",
    "boolean": "The {} field must be true or false.",
    "array": "The {} must be an array.",
    "object": "The {} must be an object.",
    "date": "The {} is not a valid date.",
    "enum": "The selected {} is invalid.",
    "pattern": "The {} format is invalid.",
}


@dataclass(frozen=True)
class InvalidAttribute:
    """An attribute that breaks the contract.

    Attributes:
        attribute: in dot notation, such as `vehicles.0.year`.
        outcome: one of `OUTCOMES`.
        message: one sentence.
    """

    attribute: str
    outcome: str
    message: str


def refuse_body(context: RequestContext, problem: RequestProblem) -> MockResponse:
    """Return the response to a body that is unreadable or breaks the contract."""
    assert context.operation is not None  # only bodies of operations are read
    if context.operation.id == "issueToken":
        return documented(context, _token_request_outcome(context))
    if problem is RequestProblem.UNREADABLE_BODY or not context.has_body:
        return documented(context, "not_json")
    return _refuse_lead(context)


def _token_request_outcome(context: RequestContext) -> str:
    """Return the refusal of a token request that breaks the contract; only the grant type is required."""
    rules = {violation.rule for violation in context.violations if violation.location == ("body", "grant_type")}
    if "enum" in rules:
        return "unsupported_grant_type"
    return "grant_type_missing" if "required" in rules else "unreadable_form"


def _refuse_lead(context: RequestContext) -> MockResponse:
    invalid = list(_invalid_attributes(context.body, context.violations))
    if not invalid:  # nothing is wrong but that no account is named
        return documented(context, "account_missing")
    outcome = find_outcome(context, min((each.outcome for each in invalid), key=OUTCOMES.index))
    errors: dict[str, list[str]] = {}
    for each in invalid:
        errors.setdefault(each.attribute, []).append(each.message)
    return documented(context, outcome.name, {**outcome.value[outcome.media_type], "errors": errors})


def _invalid_attributes(lead: Any, violations: Iterable[Violation]) -> Iterator[InvalidAttribute]:
    """Yield a lead's invalid attributes, except a missing account: the documents have a response of its own for that.

    Args:
        lead: the decoded body, of any type.
        violations: of the contract.
    """
    seen: set[Location] = set()
    for violation in sorted(violations, key=lambda each: each.rule != "type"):
        place = violation.location[1:]
        if violation.location[0] != "body" or place in seen:
            continue  # one message per attribute: a value of a wrong type is also not among the possible values
        if not place and violation.rule == "anyOf":
            continue  # neither account_id nor account.id
        seen.add(place)
        yield _invalid_attribute(lead, violation, place)


def _invalid_attribute(lead: Any, violation: Violation, place: Location) -> InvalidAttribute:
    attribute = ".".join(map(str, place)) or "lead"
    word, outcome = _word_and_outcome(lead, violation, place)
    return InvalidAttribute(attribute, outcome, _WORDS[word].format(attribute.replace("_", " ")))


def _word_and_outcome(lead: Any, violation: Violation, place: Location) -> tuple[str, str]:
    match "required" if _is_blank_id(lead, place) else violation.rule:
        case "required":
            return "required", "id_missing"
        case "enum":
            return "enum", "invalid_value"
        case "pattern":
            return "pattern", "invalid_format"
        case "format":
            return "date", "invalid_date"
        case "anyOf":  # a year: a string or an integer
            is_mistyped = type(_value_at(lead, place)) not in (str, int)
            return ("string", "invalid_type") if is_mistyped else ("pattern", "invalid_format")
        case "type":
            return _expected_type(violation.expected), "invalid_type" if place else "not_an_object"
        case _:  # an integer beyond 64 bits
            return "integer", "invalid_type"


def _is_blank_id(lead: Any, place: Location) -> bool:
    """Return whether a place is the lead's id, which is missing, null or empty: all the same to Laravel."""
    return place == ("id",) and lead.get("id") in (None, "")


def _expected_type(expected: Any) -> str:
    types = [expected] if isinstance(expected, str) else expected
    return next(str(each) for each in types if each != "null")


def _value_at(lead: Any, place: Location) -> Any:
    for part in place:
        lead = lead[part]
    return lead
