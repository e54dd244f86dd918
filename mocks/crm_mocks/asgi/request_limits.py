"""Request limits: problems that the server detects before the application handles a request."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.asgi.transport import DIRECT, BodyTooLarge, DirectExchange, Receive, Scope, read_body
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.settings.host import HostSettings

PROBLEM: Final = "crm_mocks.problem"
"""Key in the scope's extensions of the `RequestProblem` that the server detected, if any.

Method and path are known then, but headers may be missing and the body may be incomplete. The response is the last on
the connection.
"""


def protocol_problem(scope: Scope) -> RequestProblem | None:
    """Return the problem that the server has detected so far, or `None`."""
    extensions = scope.get("extensions")
    problem: RequestProblem | None = extensions.get(PROBLEM) if extensions else None
    return problem


def take_body(scope: Scope, limit: int) -> tuple[bytes, RequestProblem | None] | None:
    """Return what `receive_body` returns, if it is known already; else `None`.

    Args:
        scope: ASGI scope of the request.
        limit: maximum size of the body in bytes.
    """
    extensions = scope.get("extensions") or {}
    if PROBLEM in extensions:
        return b"", extensions[PROBLEM]
    direct: DirectExchange | None = extensions.get(DIRECT)
    whole = direct.take_body() if direct is not None else None
    if whole is None:
        return None
    return (whole, None) if len(whole) <= limit else (b"", RequestProblem.BODY_TOO_LARGE)


async def receive_body(scope: Scope, receive: Receive, limit: int) -> tuple[bytes, RequestProblem | None]:
    """Return the request body and `None`, or an empty body and the problem with the request.

    Args:
        scope: ASGI scope of the request.
        receive: ASGI channel.
        limit: maximum size of the body in bytes.

    Raises:
        ClientGone: the connection ended before the body was complete.
    """
    taken = take_body(scope, limit)
    if taken is not None:
        return taken
    try:
        body = await read_body(receive, limit)
    except BodyTooLarge:
        return b"", RequestProblem.BODY_TOO_LARGE
    problem = protocol_problem(scope)
    return (body, None) if problem is None else (b"", problem)


def release_body(scope: Scope) -> None:
    """Let the server receive other bodies in place of that of a request, which is no longer needed."""
    direct: DirectExchange | None = (scope.get("extensions") or {}).get(DIRECT)
    if direct is not None:
        direct.release_body()


def limit_message(problem: RequestProblem, limits: HostSettings) -> str:
    """Return a message about the exceeded limit."""
    if problem is RequestProblem.BODY_TOO_LARGE:
        return f"the body must not exceed {limits.body_bytes} bytes"
    if problem is RequestProblem.HEADERS_TOO_LARGE:
        return f"a request must not exceed {limits.header_count} headers and {limits.header_bytes} bytes of headers"
    return f"the body must arrive within {limits.body_seconds} seconds"


def record_limit_violation(context: RequestContext, problem: RequestProblem, limits: HostSettings) -> None:
    """Add a violation for the exceeded limit to a request."""
    rules: dict[RequestProblem, tuple[str, str, Any]] = {
        RequestProblem.BODY_TOO_LARGE: ("body", "maxBytes", limits.body_bytes),
        RequestProblem.HEADERS_TOO_LARGE: ("header", "maxBytes", limits.header_bytes),
        RequestProblem.TIMEOUT: ("body", "timeout", limits.body_seconds),
    }
    place, rule, expected = rules[problem]
    context.violate((place,), rule, limit_message(problem, limits), expected, basis="host-limits", sent="")
