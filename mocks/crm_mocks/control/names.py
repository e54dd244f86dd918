"""Header names that the gate and the views behind it share."""

from __future__ import annotations

from typing import Final

SESSION_HEADER: Final = "x-mock-session"
"""Names the session of a request. For the views, the gate sets it to the session of the request's port if absent."""

BASE_URL_HEADER: Final = "x-crm-mocks-base-url"
"""The server's URL as the client wrote it. Set by the gate, never taken from a client."""
