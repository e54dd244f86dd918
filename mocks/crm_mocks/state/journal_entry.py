"""A journal entry: one HTTP exchange, redacted before it gets into the journal."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from crm_mocks.contract import Notice
from crm_mocks.violations import Violation

SHOWN_BODY_BYTES: Final = 64 * 1024
"""Bodies are shown up to this size."""

SERVER: Final = "server"
"""`JournalEntry.chosen_by` of what never became a request: bytes that are not HTTP, or a request that ended early."""


class JournalEntry(msgspec.Struct):
    """One HTTP exchange.

    Attributes:
        id: `<session>-<number>`; the `sl-violations` header refers to it when it is truncated.
        at: session time, ISO 8601.
        status: status of the response; 0 for none.
        outcome: name of the contract example that the response represents; empty if undocumented.
        chosen_by: what determined the response: `mock`, `queue`, `Prefer` or `magic`; `server` for what never
            became a request.
        fault: the injected connection fault. The response is then the one that would have been sent without it, and
            `outcome` is empty because the client did not receive it.
        response_defects: contract rules that the mock's own response breaks; empty unless the mock has a bug.
        milliseconds: time from the last request byte to the response.
        refused: the vendor refused the request, whatever the status, or the forced response is a refusal.
    """

    id: str
    number: int
    session: str
    at: str
    vendor: str
    operation: str
    method: str
    path: str
    query: str
    request_headers: list[tuple[str, str]]
    request_body: bytes
    status: int
    outcome: str
    response_headers: list[tuple[str, str]]
    response_body: bytes
    chosen_by: str
    violations: list[Violation]
    notices: list[Notice]
    digest: str
    milliseconds: float = 0.0
    response_defects: list[str] = msgspec.field(default_factory=list)
    fault: str = ""
    refused: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the control API represents it."""
        return {
            "id": self.id,
            "session": self.session,
            "vendor": self.vendor or None,
            "operation": self.operation or None,
            "at": self.at,
            "request": {
                "method": self.method,
                "path": self.path,
                "query": self.query,
                "headers": [list(header) for header in self.request_headers],
                "body": _shown(self.request_body),
            },
            "answer": {
                "status": self.status,
                "outcome": self.outcome or None,
                "headers": [list(header) for header in self.response_headers],
                "body": _shown(self.response_body),
            },
            "chosen_by": self.chosen_by,
            "fault": self.fault or None,
            "violations": [
                violation.as_json() | {"basis": violation.basis, "sent": violation.sent or None}
                for violation in self.violations
            ],
            "notices": [notice.as_json() for notice in self.notices],
            "answer_faults": self.response_defects,
            "contract_digest": self.digest,
            "milliseconds": round(self.milliseconds, 3),
        }


def _shown(body: bytes) -> str:
    return body[:SHOWN_BODY_BYTES].decode("utf-8", "replace")
