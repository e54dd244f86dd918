"""Connection faults that a test can inject into a response."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """A connection fault. The first four use WireMock's names."""

    EMPTY_RESPONSE = "EMPTY_RESPONSE"
    """Close the connection without sending a byte."""
    MALFORMED_RESPONSE_CHUNK = "MALFORMED_RESPONSE_CHUNK"
    """Send status line, headers and a malformed chunk, then close the connection."""
    RANDOM_DATA_THEN_CLOSE = "RANDOM_DATA_THEN_CLOSE"
    """Send bytes that are not HTTP, then close the connection."""
    CONNECTION_RESET_BY_PEER = "CONNECTION_RESET_BY_PEER"
    """Reset the TCP connection."""
    TRUNCATED_BODY = "TRUNCATED_BODY"
    """Send the first half of the body, shorter than its Content-Length, then close the connection."""
    SLOW_BODY = "SLOW_BODY"
    """Send the whole body in small pieces."""
    TIMEOUT = "TIMEOUT"
    """Send nothing, and close the connection after a long delay."""


DEFAULT_DELAY_MS: Final = {Fault.SLOW_BODY: 5_000, Fault.TIMEOUT: 600_000}
"""Default duration of the faults that take time, in milliseconds."""
