"""What a session remembers of its responses, to judge how the client reacts to them.

Violations and notices found here go into the journal only, so that responses do not depend on timing.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b

from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.transport import Headers, Scope
from crm_mocks.contract.shape import Notice
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.state.retry_after import RETRY_AFTER_STATUSES, SentRequest
from crm_mocks.violations import Violation


class ReactionCheck:
    """Checks a request as a reaction to the previous responses of its session."""

    def __init__(self, context: RequestContext, scope: Scope) -> None:
        """Judge a request, which has no response yet."""
        self._context = context
        self._scope = scope
        self.violations: list[Violation] = []
        self.notices: list[Notice] = []
        retry_after, ended_tokens = context.session.retry_after, context.session.ended_tokens
        if context.operation is None or not (retry_after or ended_tokens):
            return
        found = (retry_after.violation(self._request), ended_tokens.violation(self._request))
        self.violations = [each for each in found if each is not None]
        notice = retry_after.notice(self._request)
        self.notices = [] if notice is None else [notice]

    def remember(self, override: ResponseOverride, response: MockResponse, headers: Headers) -> None:
        """Remember what the response to the request asks of the client.

        Args:
            override: how the response was chosen.
            response: the response.
            headers: its headers as sent.
        """
        session, operation = self._context.session, self._context.operation
        if operation is None or override.fault is not None:
            return
        if response.status in RETRY_AFTER_STATUSES:
            session.retry_after.record(self._request, response.status, headers)
        outcome = operation.outcomes.get(response.outcome) if override.response is not None else None
        if outcome is not None and outcome.ends_token:
            session.ended_tokens.record(self._request, outcome)

    @cached_property
    def _request(self) -> SentRequest:
        """What identifies the request, computed only if a response asks something of the client."""
        context = self._context
        authorization = context.headers.get("authorization", context.headers.get("authentication", ""))
        parts = (context.method, context.path, context.query_string, authorization)
        hashed = blake2b(context.raw_body, digest_size=7)  # the same in every process, unlike `hash`
        hashed.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        content = int.from_bytes(hashed.digest())
        client = self._scope.get("client")
        return SentRequest(context.operation.key if context.operation else "", content, client[1] if client else 0)
