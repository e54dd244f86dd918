"""Refusals of bodies that break the contract: the framework lists every invalid part in ModelState."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from crm_mocks.vendor import Location, MockResponse, RequestContext, documented
from crm_mocks.vendors.leadbank.responses import example

_PARAMETER: Final = "value"
"""Name of the parameter that a body is bound to, position `leadbank-invalid-body`."""


def refuse_violations(context: RequestContext) -> MockResponse:
    """Return the response to a body that breaks the contract."""
    _reword_integers(context)
    outcome = "missing_member" if all(each.rule == "required" for each in context.violations) else "wrong_type"
    body = example(context, outcome)
    [unspecific] = example(context, "unreadable_body")["ModelState"].values()
    state: dict[str, Any] = {}
    for violation in context.violations:
        where = violation.location[1:]
        missing = violation.rule == "required" and where
        state[_model_path(where)] = _required_texts(context, str(where[-1])) if missing else unspecific
    return documented(context, outcome, {**body, "ModelState": state})


def _reword_integers(context: RequestContext) -> None:
    """Describe the expected integer in violations, in place of the pattern of a quoted integer."""
    expected = context.contract.document["components"]["schemas"]["InputInteger"]["description"].rstrip(".")
    message = f"must be {expected[0].lower()}{expected[1:]}"
    context.violations[:] = [
        replace(each, message=message) if each.rule == "oneOf" else each for each in context.violations
    ]


def _required_texts(context: RequestContext, member: str) -> list[str]:
    [(place, texts)] = example(context, "missing_member")["ModelState"].items()
    named = place.rpartition(".")[2]
    return [text.replace(named, member) for text in texts]


def _model_path(location: Location) -> str:
    """Return the framework's path to a place in the body: `value[0].LeadEvents[1].IDstatus`."""
    return _PARAMETER + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
