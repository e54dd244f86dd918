"""Serialization of responses: headers and body bytes."""

from __future__ import annotations

from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.contract.outcome import to_bytes
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import HEADER, header_value

Headers = list[tuple[str, str]]


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
    has_no_body = response.status in (204, 304)  # clients would take a body for the next response
    with_body = bool(response.media_type) and not has_no_body
    charset = response.charset or context.vendor.charset
    body = to_bytes(response.media_type, response.body, charset or "utf-8") if with_body else b""
    if response.raw is not None and not has_no_body:
        body = response.raw
    headers: Headers = []
    if with_body:
        headers.append(
            ("Content-Type", f"{response.media_type}; charset={charset}" if charset else response.media_type)
        )
    if not has_no_body:
        length = ("Content-Length", str(len(body)))
        headers.append(("Transfer-Encoding", "chunked") if override.chunked else length)
    headers.append(("Date", context.session.clock.http_date()))
    headers += response.headers
    if override.headers:
        overridden = {name.lower() for name, _ in override.headers}
        headers = [header for header in headers if header[0].lower() not in overridden] + override.headers
    if override.preferences_applied:
        headers.append(("Preference-Applied", override.preferences_applied))
    if context.violations:
        headers.append((HEADER, header_value(context.violations, context.request_id)))
    if cors:
        headers += _cors(context)
    return headers, body


def _cors(context: RequestContext) -> Headers:
    origin = context.headers.get("origin")
    if origin is None:
        return []
    headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin"), ("Access-Control-Expose-Headers", "*")]
    if context.method == "OPTIONS":
        requested = context.headers.get("access-control-request-headers", "")
        headers += [("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", requested or "*")]
    return headers
