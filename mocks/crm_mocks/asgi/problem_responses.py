"""Sending responses of the host that belong to no vendor."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.asgi.problem_json import problem_bytes
from crm_mocks.asgi.transport import Headers, Message, Send, send_response
from crm_mocks.state.clock import Clock
from crm_mocks.state.session import Session

CLOSE: Final = ("Connection", "close")
"""Header of a response to a request that is not read to its end."""


def dated(send: Send, clock: Clock) -> Send:
    """Return a `send` channel that adds the Date header, which the server does not send itself."""

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"Date", clock.http_date().encode())]
        await send(message)

    return send_dated


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
