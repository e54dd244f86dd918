"""Faults of the connection: what a test may have happen to an answer on its way to the client."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """A fault; the first four have WireMock's names."""

    EMPTY_RESPONSE = "EMPTY_RESPONSE"
    """The connection is closed without a byte."""
    MALFORMED_RESPONSE_CHUNK = "MALFORMED_RESPONSE_CHUNK"
    """Status line and headers come, then what is no chunk, and the connection is closed."""
    RANDOM_DATA_THEN_CLOSE = "RANDOM_DATA_THEN_CLOSE"
    """Bytes come that are no HTTP, and the connection is closed."""
    CONNECTION_RESET_BY_PEER = "CONNECTION_RESET_BY_PEER"
    """The connection is reset, as TCP does it."""
    TRUNCATED_BODY = "TRUNCATED_BODY"
    """The first half of the body comes, less than Content-Length announced, and the connection is closed."""
    SLOW_BODY = "SLOW_BODY"
    """The body comes in small pieces, complete in the end."""
    TIMEOUT = "TIMEOUT"
    """Nothing comes; after a long time the connection is closed."""


DEFAULT_DELAY_MS: Final = {Fault.SLOW_BODY: 5_000, Fault.TIMEOUT: 600_000}
"""Milliseconds that faults take which are made of time, where a test names none."""
