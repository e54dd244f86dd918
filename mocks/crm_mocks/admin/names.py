"""Header names shared by the gateway, the views and their callers."""

from __future__ import annotations

from typing import Final

SESSION_HEADER: Final = "x-mock-session"
"""Names the session of a request. If absent, the gateway sets it to the session of the request's port."""

BASE_URL_HEADER: Final = "x-crm-mocks-base-url"
"""The server's URL as the client addressed it. Set by the gateway, never taken from a client."""

DEFAULT_LIMIT: Final = 10_000
"""Default limit of journal queries, newest first, so that a long journal does not exhaust the memory of clients."""
