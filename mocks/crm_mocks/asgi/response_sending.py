"""Sending the response to a request: its delay, its fault, or the response itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.problems import problem, send_problem
from crm_mocks.asgi.received_request import ReceivedRequest
from crm_mocks.asgi.transport import (
    DIRECT,
    FAULT_INJECTOR,
    DirectExchange,
    FaultInjector,
    Headers,
    Scope,
    send_response,
)
from crm_mocks.faults import DEFAULT_DELAY_MS

NO_FAULTS: Final = "faults require crm-mocks' own server"


async def delay(scope: Scope, latency_ms: int, override: ResponseOverride) -> None:
    """Wait before a response is sent; the delay of a timed fault is its duration instead.

    Args:
        scope: ASGI scope of the request.
        latency_ms: milliseconds that every response takes.
        override: how the response was chosen.
    """
    delay_ms = latency_ms + (0 if override.fault in DEFAULT_DELAY_MS else override.delay_ms)
    if delay_ms:
        injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
        await (asyncio.sleep(delay_ms / 1000) if injector is None else injector.delay(delay_ms / 1000))


def send_chosen(
    request: ReceivedRequest, override: ResponseOverride, status: int, headers: Headers, body: bytes, number: int
) -> Awaitable[None]:
    """Send a response, or the fault of its override.

    Args:
        request: the request.
        override: how the response was chosen.
        status: HTTP status.
        headers: headers of the response.
        body: body of the response.
        number: number of the request in its session.
    """
    scope, send = request.scope, request.send
    extensions = scope.get("extensions") or {}
    if scope["method"] == "HEAD":
        body = b""
    if override.fault is None:
        direct: DirectExchange | None = extensions.get(DIRECT)
        keep_case = override.chosen_by == "queue" and FAULT_INJECTOR in extensions  # others need lower-case names
        if direct is not None and not keep_case:
            return direct.respond(status, headers, body)
        return send_response(send, status, headers, body, chunked=override.chunked, keep_case=keep_case)
    injector: FaultInjector | None = extensions.get(FAULT_INJECTOR)
    if injector is None:
        return _refuse_fault(request)
    random = request.session.seeded.random("fault", number)
    seconds = override.delay_ms / 1000
    return injector.inject(override.fault, (status, headers), body, seconds=seconds, random=random)


async def _refuse_fault(request: ReceivedRequest) -> None:
    await send_problem(request.send, request.session, problem(500, NO_FAULTS))
