"""Limits of the wire: what a server found wrong with a request before its application saw it."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.asgi.transport import BodyTooLarge, Receive, Scope, read_body
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.settings.host import HostSettings

PROBLEM: Final = "crm_mocks.problem"
"""Where the scope's extensions hold the `RequestProblem` that the server found with the request, if it found one.

The request's method and path are known then; headers may be missing, and the body may be cut short. The answer is the
last on its connection.
"""


def protocol_problem(scope: Scope) -> RequestProblem | None:
    """Return the problem that the server found with the request so far."""
    extensions = scope.get("extensions")
    problem: RequestProblem | None = extensions.get(PROBLEM) if extensions else None
    return problem


async def receive_body(scope: Scope, receive: Receive, limit: int) -> tuple[bytes, RequestProblem | None]:
    """Return the request's body and the problem that there is with the request, if any; then the body is empty.

    Args:
        scope: the request.
        receive: ASGI's channel.
        limit: most bytes that a body may have.

    Raises:
        ClientGone: the connection ended before the body did.
    """
    problem = protocol_problem(scope)
    if problem is not None:
        return b"", problem
    try:
        body = await read_body(receive, limit)
    except BodyTooLarge:
        return b"", RequestProblem.BODY_TOO_LARGE
    problem = protocol_problem(scope)
    return (body, None) if problem is None else (b"", problem)


def limit_message(problem: RequestProblem, limits: HostSettings) -> str:
    """Say in a sentence what limit a request broke."""
    if problem is RequestProblem.BODY_TOO_LARGE:
        return f"a body has at most {limits.body_bytes} bytes here"
    if problem is RequestProblem.HEADERS_TOO_LARGE:
        return f"a request has at most {limits.header_count} headers and {limits.header_bytes} bytes of them here"
    return f"a body must have come within {limits.body_seconds} seconds here"


def record_limit_violation(context: RequestContext, problem: RequestProblem, limits: HostSettings) -> None:
    """Note with a call which limit it broke."""
    rules: dict[RequestProblem, tuple[str, str, Any]] = {
        RequestProblem.BODY_TOO_LARGE: ("body", "maxBytes", limits.body_bytes),
        RequestProblem.HEADERS_TOO_LARGE: ("header", "maxBytes", limits.header_bytes),
        RequestProblem.TIMEOUT: ("body", "timeout", limits.body_seconds),
    }
    place, rule, expected = rules[problem]
    context.violate((place,), rule, limit_message(problem, limits), expected, basis="host-limits", sent="")
