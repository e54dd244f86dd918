"""Problem documents (RFC 9457): the host's responses to requests that belong to no vendor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import orjson

from crm_mocks.asgi.transport import Headers, Message, Send, send_response
from crm_mocks.state.clock import Clock
from crm_mocks.state.session import Session

MEDIA_TYPE: Final = "application/problem+json"

CLOSE: Final = ("Connection", "close")
"""Header of a response to a request that is not read to its end."""


def problem(status: int, detail: str, **members: Any) -> dict[str, Any]:
    """Return a problem document.

    Args:
        status: HTTP status.
        detail: explanation for people.
        members: additional members.

    Example:
        >>> problem(404, "no vendor has this path")["title"]
        'Not Found'
    """
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}


def problem_bytes(document: dict[str, Any]) -> tuple[Headers, bytes]:
    """Return headers and body of a problem document."""
    body = orjson.dumps(document)
    return [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))], body


async def send_problem(
    send: Send, session: Session | None, document: dict[str, Any], *, head: bool = False, last: bool = False
) -> tuple[Headers, bytes]:
    """Send a problem document; return headers and body.

    Args:
        send: ASGI channel.
        session: session whose clock sets the Date header; `None` for the system clock.
        document: see `problem`.
        head: omit the body, for HEAD.
        last: close the connection afterwards.
    """
    headers, body = problem_bytes(document)
    if last:
        headers.append(CLOSE)
    headers.append(("Date", (session.clock if session else Clock()).http_date()))
    await send_response(send, document["status"], headers, b"" if head else body)
    return headers, body


def dated(send: Send, clock: Clock) -> Send:
    """Return a `send` channel that adds the Date header, which the server does not send itself."""

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"Date", clock.http_date().encode())]
        await send(message)

    return send_dated
