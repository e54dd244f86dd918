"""Serialization of responses: headers and body bytes."""

from __future__ import annotations

from collections.abc import Mapping

from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.transport import Headers, Scope
from crm_mocks.contract.outcome import to_bytes
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.state.session import Session
from crm_mocks.violations import VIOLATIONS_HEADER, header_value


def serialize(
    context: RequestContext, override: ResponseOverride, response: MockResponse, *, cors: bool
) -> tuple[Headers, bytes]:
    """Return headers and body of a response as they are sent.

    Args:
        context: the request.
        override: override with additional headers and applied preferences.
        response: the response.
        cors: allow cross-origin requests from browsers.
    """
    charset = response.charset or context.vendor.charset
    response = context.vendor.in_media_type(context, response)
    headers, body = _serialize(context.session, override, response, charset)
    if override.preferences_applied:
        headers.append(("Preference-Applied", override.preferences_applied))
    if context.violations:
        headers.append((VIOLATIONS_HEADER, header_value(context.violations, context.request_id)))
    if cors:
        headers += _cors(context.method, context.headers)
    return headers, body


def serialize_plain(
    session: Session, scope: Scope, override: ResponseOverride, response: MockResponse, *, cors: bool
) -> tuple[Headers, bytes]:
    """Return headers and body of a response to a request that matches no operation.

    Args:
        session: session of the request.
        scope: ASGI scope of the request.
        override: override with additional headers.
        response: the response.
        cors: allow cross-origin requests from browsers.
    """
    headers, body = _serialize(session, override, response, response.charset)
    if cors:
        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        headers += _cors(scope["method"], sent)
    return headers, body


def _serialize(
    session: Session, override: ResponseOverride, response: MockResponse, charset: str
) -> tuple[Headers, bytes]:
    body = b""
    headers: Headers = []
    if response.status not in (204, 304):  # clients would take a body for the next response
        media_type = response.media_type
        if media_type:
            headers.append(("Content-Type", f"{media_type}; charset={charset}" if charset else media_type))
        if response.raw is not None:
            body = response.raw
        elif media_type:
            body = to_bytes(media_type, response.body, charset or "utf-8")
        headers.append(("Transfer-Encoding", "chunked") if override.chunked else ("Content-Length", str(len(body))))
    headers.append(("Date", session.clock.http_date()))
    if response.headers:
        headers += response.headers
    if override.headers:
        overridden = {name.lower() for name, _ in override.headers}
        headers = [header for header in headers if header[0].lower() not in overridden] + override.headers
    return headers, body


def _cors(method: str, sent: Mapping[str, str]) -> Headers:
    origin = sent.get("origin")
    if origin is None:
        return []
    headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin"), ("Access-Control-Expose-Headers", "*")]
    if method == "OPTIONS":
        requested = sent.get("access-control-request-headers", "")
        headers += [("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", requested or "*")]
    return headers
