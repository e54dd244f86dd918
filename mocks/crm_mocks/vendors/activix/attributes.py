"""What is wrong with the attributes of a lead, in the words of the vendor's framework (Laravel).

The shape and the words are position `activix-invalid-attributes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.violations import Violation

OUTCOMES: Final = ("not_an_object", "id_missing", "invalid_type", "invalid_date", "invalid_value", "invalid_format")
"""Refusals of invalid leads; a lead that deserves several is refused with the first."""

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
    """One attribute that is wrong.

    Attributes:
        attribute: in dot notation, such as `vehicles.0.year`.
        outcome: one of `OUTCOMES`.
        message: one sentence.
    """

    attribute: str
    outcome: str
    message: str


def faults_of(lead: Any, violations: Iterable[Violation]) -> list[InvalidAttribute]:
    """Return what is wrong with a lead's attributes.

    That no account is named is left out: the documents have an answer of its own for it.

    Args:
        lead: the decoded body, of any type.
        violations: the rules of the contract that it breaks.
    """
    return list(_faults_of(lead, violations))


def _faults_of(lead: Any, violations: Iterable[Violation]) -> Iterator[InvalidAttribute]:
    seen: set[tuple[str | int, ...]] = set()
    for violation in sorted(violations, key=lambda each: each.rule != "type"):
        place = violation.location[1:]
        if violation.location[0] != "body" or place in seen:
            continue  # a value of a wrong type is not among the possible values either, which goes without saying
        if not place and violation.rule == "anyOf":
            continue  # neither account_id nor account.id
        seen.add(place)
        yield _fault(lead, violation, place)


def _fault(lead: Any, violation: Violation, place: tuple[str | int, ...]) -> InvalidAttribute:
    attribute = ".".join(map(str, place)) or "lead"
    word, outcome = _word_and_outcome(lead, violation, place)
    return InvalidAttribute(attribute, outcome, _WORDS[word].format(attribute.replace("_", " ")))


def _word_and_outcome(lead: Any, violation: Violation, place: tuple[str | int, ...]) -> tuple[str, str]:
    match violation.rule:
        case "required":
            return "required", "id_missing"
        case "enum":
            return "enum", "invalid_value"
        case "pattern":
            return "pattern", "invalid_format"
        case "format":
            return "date", "invalid_date"
        case "anyOf":  # a date-time that may be empty, or a year: whatever the type, a text is allowed
            is_text = isinstance(_value_at(lead, place), str)
            return ("date", "invalid_date") if is_text else ("string", "invalid_type")
        case "type":
            return _type_wanted(violation.expected), "invalid_type" if place else "not_an_object"
        case _:  # an integer beyond 64 bits
            return "integer", "invalid_type"


def _type_wanted(expected: Any) -> str:
    types = [expected] if isinstance(expected, str) else expected
    return next(str(each) for each in types if each != "null")


def _value_at(lead: Any, place: tuple[str | int, ...]) -> Any:
    for part in place:
        lead = lead[part]
    return lead
