"""A request as the host receives it, before its vendor is known."""

from __future__ import annotations

import msgspec

from crm_mocks.asgi.server_url import ServerUrl
from crm_mocks.asgi.transport import Scope, Send
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.session import Session


class ReceivedRequest(msgspec.Struct):
    """A request in its session.

    Attributes:
        scope: ASGI scope.
        send: ASGI channel for the response.
        session: session of the request.
        path: without session prefix.
        prefix: the session prefix; may be empty.
        server_url: URL of the server.
        header_list, headers: as in `RequestContext`.
        raw_body: body as sent; empty if the request has a `problem`.
        problem: limit that the request exceeds, or `None`.
    """

    scope: Scope
    send: Send
    session: Session
    path: str
    prefix: str
    server_url: ServerUrl
    header_list: list[tuple[str, str]]
    headers: dict[str, str]
    raw_body: bytes
    problem: RequestProblem | None

    def base_url(self) -> str:
        """Return the URL of the server as the client addressed it, with the session prefix."""
        return self.server_url.of(self.scope, self.headers.get("host", "")) + self.prefix
