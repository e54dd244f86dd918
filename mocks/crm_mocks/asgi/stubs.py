"""Stubs: queued responses for paths that the contracts do not have."""

from __future__ import annotations

from typing import Any

from crm_mocks.asgi.request_headers import header_values
from crm_mocks.asgi.transport import Scope
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.parsing.media_types import Unreadable, content_type, decode
from crm_mocks.settings.host import HOST
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session


def take_stub(session: Session, scope: Scope, path: str, raw_body: bytes) -> QueuedResponse | None:
    """Return the first stub for a request that matches no operation, counting the use; `None` if there is none.

    Args:
        session: session of the request.
        scope: ASGI scope of the request.
        path: without session prefix.
        raw_body: body of the request.
    """
    return session.queue.take_stub(scope["method"], path, lambda: _body(session, scope, raw_body))


def _body(session: Session, scope: Scope, raw_body: bytes) -> Any:
    """Return the decoded body, or `None` if it is empty or unreadable."""
    header = next(iter(header_values(scope["headers"], b"content-type")), JSON)
    limits: Any = session.settings[HOST]
    try:
        return decode(raw_body, content_type(header), limits) if raw_body else None
    except Unreadable:
        return None


def stub_response(stub: QueuedResponse) -> MockResponse:
    """Return the response that a stub describes; without a status it is 200."""
    status = stub.status or 200
    if stub.raw is not None:
        return MockResponse(status, "", media_type="", raw=stub.raw)
    media_type = (stub.media_type or JSON) if stub.has_body and stub.body is not None else ""
    return MockResponse(status, "", stub.body, media_type)
