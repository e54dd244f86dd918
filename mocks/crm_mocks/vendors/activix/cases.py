"""What is particular about a lead that is accepted: which of the documented successes it is.

Real receivers broke on each of these, so coverage tells whether a sender was seen to send it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.request_context import RequestContext

_ZULU: Final = re.compile(rb"T\d\d:\d\d:\d\d(\.\d+)?Z\"")


def case_of(context: RequestContext) -> str:
    """Return the outcome of a new lead: the first case that it is, else `created`."""
    return next((outcome for outcome, is_case in _CASES if is_case(context)), "created")


def _is_later_webhook(context: RequestContext) -> bool:
    return "lead_type" in context.body


def _has_integer_year(context: RequestContext) -> bool:
    return any(isinstance(vehicle.get("year"), int) for vehicle in context.body.get("vehicles") or ())


def _has_zulu_date(context: RequestContext) -> bool:
    return _ZULU.search(context.raw_body) is not None


def _fills_every_attribute(context: RequestContext) -> bool:
    return all(context.body.get(name) not in (None, "") for name in _attributes(context))


def _has_every_attribute(context: RequestContext) -> bool:
    return all(name in context.body for name in _attributes(context))


def _has_null_status(context: RequestContext) -> bool:
    return context.body.get("status", "") is None


def _attributes(context: RequestContext) -> Mapping[str, Any]:
    attributes: Mapping[str, Any] = context.contract.document["components"]["schemas"]["Lead"]["properties"]
    return attributes


_CASES: Final[tuple[tuple[str, Callable[[RequestContext], bool]], ...]] = (
    ("created_later_webhook", _is_later_webhook),
    ("created_year_integer", _has_integer_year),
    ("created_zulu_dates", _has_zulu_date),
    ("created_every_attribute", _fills_every_attribute),
    ("created_blank_attributes", _has_every_attribute),
    ("created_status_null", _has_null_status),
)
