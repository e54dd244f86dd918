"""What a session remembers of its responses, to judge how the client reacts to them.

Violations and notices found here go into the journal only, so that responses do not depend on timing.
"""

from __future__ import annotations

from hashlib import blake2b

from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.transport import Headers, Scope
from crm_mocks.contract.shape import Notice
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.state.retry_after import RETRY_AFTER_STATUSES, SentRequest
from crm_mocks.violations import Violation


def judge_reaction(context: RequestContext, scope: Scope) -> tuple[list[Violation], list[Notice]]:
    """Return what is wrong with a request to an operation as a reaction to the previous responses of its session.

    Args:
        context: the request, which has no response yet.
        scope: its ASGI scope.
    """
    retry_after, ended_tokens = context.session.retry_after, context.session.ended_tokens
    if not (retry_after.periods or ended_tokens.requests) or context.operation is None:
        return [], []
    request = _sent_request(context, scope)
    violations = (retry_after.violation(request), ended_tokens.violation(request))
    notice = retry_after.notice(request)
    return [each for each in violations if each is not None], [] if notice is None else [notice]


def remember_response(
    context: RequestContext, scope: Scope, override: ResponseOverride, response: MockResponse, headers: Headers
) -> None:
    """Remember what the response to a request asks of the client.

    Args:
        context: the request.
        scope: its ASGI scope.
        override: how the response was chosen.
        response: the response.
        headers: its headers as sent.
    """
    session, operation = context.session, context.operation
    if operation is None or override.fault is not None:
        return
    if response.status in RETRY_AFTER_STATUSES:
        session.retry_after.record(_sent_request(context, scope), response.status, headers)
    outcome = operation.outcomes.get(response.outcome) if override.response is not None else None
    if outcome is not None and outcome.ends_token:
        session.ended_tokens.record(_sent_request(context, scope), outcome)


def _sent_request(context: RequestContext, scope: Scope) -> SentRequest:
    """Return what identifies a request."""
    authorization = context.headers.get("authorization", context.headers.get("authentication", ""))
    parts = (context.method, context.path, context.query_string, authorization)
    hashed = blake2b(context.raw_body, digest_size=7)  # the same in every process, unlike `hash`
    hashed.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    content = int.from_bytes(hashed.digest())
    client = scope.get("client")
    return SentRequest(context.operation.key if context.operation else "", content, client[1] if client else 0)
