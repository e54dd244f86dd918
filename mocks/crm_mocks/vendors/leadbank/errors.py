"""Refusals: the framework's errors, and a Status other than 1."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from crm_mocks.vendor import DocumentedRefusal, MockResponse, RequestContext, RequestProblem, documented
from crm_mocks.vendors.leadbank.responses import example

_SAFE_IN_PATHS: Final = "/:@!$&'()*+,;=~"
_QUOTED: Final = re.compile(r"(?<=\s)'[^']*'")


class Unauthorized(DocumentedRefusal):
    """The client sends no credentials, or wrong ones (facts, framework; position `leadbank-authentication`)."""

    def __init__(self, context: RequestContext) -> None:
        super().__init__(context, "unauthorized")


class LeadRefusal(DocumentedRefusal):
    """The state of a lead named by the client does not permit the operation; nothing is changed.

    Attributes:
        name: of the outcome, which has Status and Message (position `leadbank-status-numbers`).
    """

    name: str

    def __init__(self, context: RequestContext, lead_id: int) -> None:
        body = example(context, self.name)
        message = re.sub(r"\d+", str(lead_id), body["Message"])
        super().__init__(context, self.name, body={**body, "Message": message})


class UnknownLead(LeadRefusal):
    """There is no such lead."""

    name = "unknown_lead"


class LeadNotInProgress(LeadRefusal):
    """The lead was never sent, so its reception cannot be confirmed (position `leadbank-validate-refusals`)."""

    name = "lead_not_in_progress"


class LeadNotReceived(LeadRefusal):
    """The lead's reception is not confirmed yet (position `leadbank-acknowledgement-state`)."""

    name = "lead_not_received"


def quoting_response(context: RequestContext, problem: RequestProblem) -> MockResponse | None:
    """Return the framework's response to a problem if it quotes the request, else `None` (facts, framework)."""
    match problem:
        case RequestProblem.NO_SUCH_PATH:
            return _quoting(context, "unknown_path", _request_uri(context))
        case RequestProblem.METHOD_NOT_ALLOWED:
            return _quoting(context, "method_not_allowed", context.method)
        case RequestProblem.UNSUPPORTED_MEDIA_TYPE if "/" in context.media_type:
            return _quoting(context, "unsupported_media_type", context.media_type)
        case RequestProblem.UNSUPPORTED_MEDIA_TYPE:
            return documented(context, "missing_content_type")
        case _:
            return None


def _quoting(context: RequestContext, outcome: str, value: str) -> MockResponse:
    """Return an outcome with a value in place of the one that its message quotes."""
    body: dict[str, Any] = example(context, outcome)
    message = _QUOTED.sub(lambda _: f"'{value}'", body["Message"], count=1)
    return documented(context, outcome, {**body, "Message": message})


def _request_uri(context: RequestContext) -> str:
    query = f"?{context.query_string}" if context.query_string else ""
    return f"{context.base_url}{quote(context.path, safe=_SAFE_IN_PATHS)}{query}"
