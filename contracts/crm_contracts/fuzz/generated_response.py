"""A generated response, with what is unusual about it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.exchange import Headers
from crm_mocks.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GeneratedResponse:
    """A generated response.

    Attributes:
        operation: `<vendor>.<operationId>` of the request.
        unusual: description of how it differs from the documented example; empty if it does not.
        allowed: whether the contract allows it.
        kind: kind of mutation; of several mutations, the most severe.
        outcome: name of the documented example that it is based on.
        status: HTTP status.
        headers: names and values in order; names may repeat. The server adds framing headers and `Date`.
        body: bytes to send.
        chunked: use chunked transfer encoding.
        fault: fault of the connection, or `None`.
        delay_ms: duration of a timed fault, in milliseconds.
        phase: `after` if the request takes effect although the response is replaced, else `before`.
    """

    operation: str
    unusual: str
    allowed: bool
    kind: MutationKind
    outcome: str
    status: int
    headers: Headers
    body: bytes
    chunked: bool = False
    fault: Fault | None = None
    delay_ms: int = 0
    phase: str = "before"

    def as_queued(self) -> dict[str, Any]:
        """Return the body of `POST /__admin/responses` for this response, without the session."""
        queued: dict[str, Any] = {
            "operation": self.operation,
            "status": self.status,
            "headers": [list(header) for header in self.headers],
            "body_base64": b64encode(self.body).decode(),
            "phase": self.phase,
        }
        if self.chunked:
            queued["chunked"] = True
        if self.fault is not None:
            queued["fault"] = self.fault.value
        if self.delay_ms:
            queued["delay_ms"] = self.delay_ms
        return queued

    def __repr__(self) -> str:
        """Return a one-line description without the body, which may be long."""
        return f"<{self.operation}, {self.status} {self.outcome}: {self.unusual or 'as documented'}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001  # as IPython and Hypothesis call it
        printer.text(repr(self))
