"""Names that the gate, the views behind it and those who call them share."""

from __future__ import annotations

from typing import Final

SESSION_HEADER: Final = "x-mock-session"
"""Names the session of a request. For the views, the gate sets it to the session of the request's port if absent."""

BASE_URL_HEADER: Final = "x-crm-mocks-base-url"
"""The server's URL as the client wrote it. Set by the gate, never taken from a client."""

AT_ONCE: Final = frozenset({("POST", "/__admin/reset"), ("POST", "/__admin/responses")})
"""Methods and paths whose views are plain functions, quick, and wait for nothing: they need no thread beside the loop.
A generated test calls them for each of its examples."""
