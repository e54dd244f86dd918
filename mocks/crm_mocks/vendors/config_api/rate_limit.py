"""The rate limit: a number of requests per window for each key and endpoint, then none for as long again."""

from __future__ import annotations

import math
from typing import Any

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.config_api.errors import KEY_HEADER, ConfigApiRefusal, RefusalCause, integer

_KIND = "rate_limits"


async def spend(context: RequestContext) -> None:
    """Count a request and refuse it beyond the limit (facts; position config-api-rate-limit).

    Raises:
        ConfigApiRefusal: 429, with Retry-After if the setting `retry_after` is on.
    """
    setting: str = context.settings.rate_limit
    if setting == "off":
        return
    requests, seconds = map(int, setting.split("/"))
    assert context.operation is not None  # only requests of operations are counted
    now = context.session.clock.timestamp()
    # The name contains the limit, so that a changed limit starts a new count.
    endpoint = f"{context.operation.id} {setting} {context.identity}"
    window = await _window(context, endpoint, now, seconds)
    if window["deniedUntil"] is None:
        if await context.records.next(f"{_KIND} {window['number']}") <= requests:
            return
        window = {**window, "deniedUntil": now + seconds}
        await context.records.put(_KIND, window)
    arguments = (integer(requests), integer(seconds))
    cause = RefusalCause("rate_limit_exceeded", ("header", KEY_HEADER), arguments, violates=False)
    refusal = ConfigApiRefusal(context, cause)
    if context.settings.retry_after:
        refusal.response.headers = [("Retry-After", str(math.ceil(window["deniedUntil"] - now)))]
    raise refusal


async def _window(context: RequestContext, endpoint: str, now: float, seconds: int) -> dict[str, Any]:
    """Return the current window; start a new one if there is none or it has ended."""
    window: dict[str, Any] | None = await context.records.get(_KIND, endpoint)
    if window is not None:
        end = window["since"] + seconds if window["deniedUntil"] is None else window["deniedUntil"]
        if window["since"] <= now < end:
            return window
    window = {"endpoint": endpoint, "number": await context.records.next(_KIND), "since": now, "deniedUntil": None}
    await context.records.put(_KIND, window)
    return window
