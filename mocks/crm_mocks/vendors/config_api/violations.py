"""Refusals of bodies that break the contract: the first violation in the vendor's words."""

from __future__ import annotations

from typing import Final

from crm_mocks.vendor import MockResponse, RequestContext, Violation
from crm_mocks.vendors.config_api import rules
from crm_mocks.vendors.config_api.errors import RefusalCause, choices, error_response, reference, text

_VALUE_OR_VALUES: Final = "oneOf"


def refuse_violations(context: RequestContext) -> MockResponse:
    """Return the response to a body that breaks the contract."""
    in_body = [each for each in context.violations if each.location[0] == "body"]
    # That one of value and values is missing can be said only of an entry with a valid id.
    return error_response(context, _cause(context, min(in_body, key=lambda each: each.rule == _VALUE_OR_VALUES)))


def _cause(context: RequestContext, violation: Violation) -> RefusalCause:
    """Return the cause that a violation is (position config-api-order-of-checks)."""
    location, place = violation.location, text(reference(violation.location) or "body")
    match violation.rule:
        case "required" if not location[1:]:
            return RefusalCause("body_missing", location)
        case "required":
            return RefusalCause("member_missing", location, (place,))
        case rule if rule == _VALUE_OR_VALUES:
            return rules.value_cause(context, location)
        case "enum":
            return RefusalCause("unknown_enum_value", location, (place, choices(violation.expected)))
        case "format":
            return RefusalCause("wrong_date", location, (place,))
        case "minimum" | "maximum":
            return RefusalCause("integer_out_of_range", location, (place,))
        case _:
            return RefusalCause("wrong_type", location, (place, text(" or ".join(violation.expected))))
