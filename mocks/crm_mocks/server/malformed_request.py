"""The exception for bytes that are not a valid HTTP request."""

from __future__ import annotations

from typing import Final

REQUEST_LINE: Final = ("request", "line")
HOST: Final = ("header", "host")
FRAMING: Final = ("body", "framing")
HEADERS: Final = ("header",)
PATH: Final = ("path",)
TLS: Final = ("connection", "tls")
"""Locations of what is wrong, as in `Violation.location`."""


class MalformedRequest(Exception):
    """Bytes that are not a valid HTTP request.

    Attributes:
        status: status of the response.
        reason: what is wrong, without full stop.
        location: place of what is wrong, as in `Violation.location`.
        remedy: how to mend the client, without full stop; may be empty.
        is_incomplete: the request ended early, which is no mistake of the client.
        raw: the bytes from the beginning of the request; empty in the body.
    """

    def __init__(
        self,
        reason: str,
        status: int = 400,
        *,
        location: tuple[str, ...] = REQUEST_LINE,
        remedy: str = "",
        is_incomplete: bool = False,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.location = location
        self.remedy = remedy
        self.is_incomplete = is_incomplete
        self.raw = b""

    @property
    def message(self) -> str:
        """What is wrong and how to mend it."""
        return f"{self.reason}: {self.remedy}" if self.remedy else self.reason


def ended_early() -> MalformedRequest:
    """Return the error of a request that a client does not complete."""
    return MalformedRequest("the connection ended before the request was complete", is_incomplete=True)
