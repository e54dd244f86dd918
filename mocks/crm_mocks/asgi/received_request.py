"""A request as the host receives it, before its vendor is known."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.asgi.transport import Scope, Send
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.session import Session


@dataclass(slots=True)
class ReceivedRequest:
    """A request in its session.

    Attributes:
        scope: ASGI scope.
        send: ASGI channel for the response.
        session: session of the request.
        path: without session prefix.
        header_list, headers: as in `RequestContext`.
        base_url: URL of the server as the client addressed it, with the session prefix.
        raw_body: body as sent; empty if the request has a `problem`.
        problem: limit that the request exceeds, or `None`.
    """

    scope: Scope
    send: Send
    session: Session
    path: str
    header_list: list[tuple[str, str]]
    headers: dict[str, str]
    base_url: str
    raw_body: bytes = b""
    problem: RequestProblem | None = None
