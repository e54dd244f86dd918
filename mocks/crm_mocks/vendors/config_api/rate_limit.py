"""The rate limit: so many requests of one key to one endpoint in a stretch of time, then none for as long again."""

from __future__ import annotations

import math
from typing import Any

from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.config_api.errors import KEY_HEADER, ConfigApiRefusal, RefusalCause, integer

_KIND = "rate_limits"


async def spend(context: RequestContext) -> None:
    """Count a request, and refuse it if there were too many (facts; position config-api-rate-limit).

    Raises:
        ConfigApiRefusal: 429, with Retry-After if the setting asks for it.
    """
    setting: str = context.settings.rate_limit
    if setting == "off":
        return
    requests, seconds = map(int, setting.split("/"))
    assert context.operation is not None  # only requests for an operation are counted
    now = context.session.clock.timestamp()
    # The limit is part of the name, so that a changed limit begins to count anew.
    endpoint = f"{context.operation.id} {setting} {context.identity}"
    window = await _window(context, endpoint, now, seconds)
    if window["deniedUntil"] is None:
        if await context.records.next(f"{_KIND} {window['number']}") <= requests:
            return
        window = {**window, "deniedUntil": now + seconds}
        await context.records.put(_KIND, window)
    refusal = ConfigApiRefusal(
        context,
        RefusalCause(
            "rate_limit_exceeded", ("header", KEY_HEADER), (integer(requests), integer(seconds)), broken=False
        ),
    )
    if context.settings.retry_after:
        refusal.response.headers.append(("Retry-After", str(math.ceil(window["deniedUntil"] - now))))
    raise refusal


async def _window(context: RequestContext, endpoint: str, now: float, seconds: int) -> dict[str, Any]:
    """Return the stretch of time that counts now; a new one if there is none or it is over."""
    window: dict[str, Any] | None = await context.records.get(_KIND, endpoint)
    if window is not None:
        end = window["since"] + seconds if window["deniedUntil"] is None else window["deniedUntil"]
        if window["since"] <= now < end:
            return window
    window = {"endpoint": endpoint, "number": await context.records.next(_KIND), "since": now, "deniedUntil": None}
    await context.records.put(_KIND, window)
    return window
