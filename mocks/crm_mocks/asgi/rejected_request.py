"""Bytes that reached the server but never became a request, so that the application did not see them."""

from __future__ import annotations

from typing import Final

import msgspec

from crm_mocks.basis import HTTP
from crm_mocks.contract import Notice
from crm_mocks.violations import HTTP_RULE, Violation

REJECTION: Final = "crm_mocks.rejection"
"""Key in the scope's extensions of the `Violation` that made the server reject the body of a request."""

INCOMPLETE: Final = "incomplete"
"""Kind of the notice on a request whose connection ended early."""

LATE: Final = "late"
"""Kind of the notice on a request to the port of a session that has been closed, such as that of a finished test."""


class RejectedRequest(msgspec.Struct, frozen=True):
    """A rejected request, or a failed TLS handshake.

    Attributes:
        port: port of the server.
        location: place of what is wrong, as in `Violation`.
        message: what is wrong, and how to mend it.
        status: status of the response; 0 for none.
        is_incomplete: the connection ended early, or was too slow, which breaks no rule.
        method, path, query: from the request line; empty if it cannot be read.
        headers: the headers that can be read, with lower-case names.
    """

    port: int
    location: tuple[str, ...]
    message: str
    status: int = 0
    is_incomplete: bool = False
    method: str = ""
    path: str = ""
    query: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def violations(self) -> list[Violation]:
        """The violation, unless the request is only incomplete."""
        return [] if self.is_incomplete else [http_violation(self.location, self.message)]

    @property
    def notices(self) -> list[Notice]:
        """The notice on an incomplete request."""
        return [Notice(INCOMPLETE, self.location, self.message)] if self.is_incomplete else []


def http_violation(location: tuple[str, ...], message: str) -> Violation:
    """Return the violation of a request that is not HTTP."""
    return Violation(location, HTTP_RULE, message, basis=HTTP)
