"""An answer as it is given to a client, with what is unusual about it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from crm_contracts.fuzz.kinds import Kind
from crm_contracts.judge.exchange import Headers
from crm_mocks.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FuzzedAnswer:
    """A generated answer.

    Attributes:
        operation: `<vendor>.<operationId>` whose client gets it.
        unusual: how it differs from the documented example, in words; empty where it does not.
        allowed: whether the contract allows it.
        kind: of what is unusual; of several things, the wildest.
        outcome: name of the documented example that it was made from.
        status: HTTP status.
        headers: in order, a name may come again; those of framing, and `Date`, are the server's own.
        body: bytes as they go out.
        chunked: the body goes out in chunks, not with its length.
        fault: what happens to it on its way, if anything.
        delay_ms: milliseconds that a fault takes which is made of time.
        phase: `after` where the request takes its effect although the answer is forced, else `before`.
    """

    operation: str
    unusual: str
    allowed: bool
    kind: Kind
    outcome: str
    status: int
    headers: Headers
    body: bytes
    chunked: bool = False
    fault: Fault | None = None
    delay_ms: int = 0
    phase: str = "before"

    def as_queued(self) -> dict[str, Any]:
        """Return the body of `POST /__admin/responses` that has the mock give it, without the session."""
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
        """Tell what it is in one line: a body may be long."""
        return f"<{self.operation}, {self.status} {self.outcome}: {self.unusual or 'as documented'}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001  # as IPython and Hypothesis call it
        printer.text(repr(self))
