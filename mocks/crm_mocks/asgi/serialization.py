"""An answer as it goes out: status, headers and bytes."""

from __future__ import annotations

from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.contract.outcome import to_bytes
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import HEADER, header_value

Headers = list[tuple[str, str]]


def serialize(
    context: RequestContext, chosen: ResponseOverride, answer: MockResponse, *, cors: bool
) -> tuple[Headers, bytes]:
    """Return headers and body of an answer as they are sent.

    Args:
        context: the request.
        chosen: what was asked for beside the answer: headers, applied preferences.
        answer: the answer.
        cors: whether browsers' cross-origin requests are answered.
    """
    bodiless = answer.status in (204, 304)  # as HTTP has it: a body would be taken for the next answer
    with_body = bool(answer.media_type) and not bodiless
    charset = answer.charset or context.vendor.charset
    body = to_bytes(answer.media_type, answer.body, charset or "utf-8") if with_body else b""
    if answer.raw is not None and not bodiless:
        body = answer.raw
    headers: Headers = []
    if with_body:
        headers.append(("Content-Type", f"{answer.media_type}; charset={charset}" if charset else answer.media_type))
    if not bodiless:
        length = ("Content-Length", str(len(body)))
        headers.append(("Transfer-Encoding", "chunked") if chosen.chunked else length)
    headers.append(("Date", context.session.clock.http_date()))
    headers += answer.headers
    if chosen.headers:
        given = {name.lower() for name, _ in chosen.headers}
        headers = [header for header in headers if header[0].lower() not in given] + chosen.headers
    if chosen.applied:
        headers.append(("Preference-Applied", chosen.applied))
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
        asked = context.headers.get("access-control-request-headers", "")
        headers += [("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", asked or "*")]
    return headers
