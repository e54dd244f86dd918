"""An entry of the journal: one exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.contract import Notice
from crm_mocks.violations import Violation

SHOWN_BODY_BYTES: Final = 64 * 1024
"""A body is kept in the journal up to this size."""


@dataclass(slots=True)
class JournalEntry:
    """One exchange.

    Attributes:
        id: `<session>-<number>`, named in the `sl-violations` header when that is cut.
        at: the session's time, ISO 8601.
        raw_headers: of the request, as they came; `request_headers` has them as texts.
        outcome: name of the contract's example whose case the answer is, or empty for an undocumented one.
        chosen_by: `mock`, `queue`, `Prefer` or `magic`.
        fault: the fault of the connection that the answer was given with, on purpose; `answer` is then what would have
            come without it, and `outcome` is empty: nobody has met it.
        answer_faults: rules of the contract that our own answer breaks; empty unless the mock has a defect.
        milliseconds: time from the last byte received to the answer.
        refused: the vendor refused the request, whatever the status, or an answer was forced that refuses it.
        redaction: strikes the credentials out; `None` where that is done, or not wanted. It takes a while, so that it
            is put off until somebody looks: see `strike`.
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
    raw_headers: list[tuple[bytes, bytes]]
    request_body: bytes
    status: int
    outcome: str
    answer_headers: list[tuple[str, str]]
    answer_body: bytes
    chosen_by: str
    violations: list[Violation]
    notices: list[Notice]
    digest: str
    milliseconds: float = 0.0
    answer_faults: list[str] = field(default_factory=list)
    fault: str = ""
    refused: bool = False
    redaction: Callable[[JournalEntry], None] | None = field(default=None, repr=False, compare=False)

    def strike(self) -> None:
        """Strike the credentials out: to be called before headers, query or bodies are shown, written or compared."""
        if self.redaction is not None:
            self.redaction(self)
            self.redaction = None

    @property
    def request_headers(self) -> list[tuple[str, str]]:
        """Headers of the request."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.raw_headers]

    @property
    def size(self) -> int:
        """Bytes of memory that the entry is counted with; measured, and rounded up."""
        texts = len(self.request_body) + len(self.answer_body) + len(self.path) + len(self.query)
        for name, value in self.raw_headers:
            texts += len(name) + len(value)
        return 1500 + texts + 130 * len(self.raw_headers) + 500 * (len(self.violations) + len(self.notices))

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the control API shows it, without credentials."""
        self.strike()
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
                "headers": [list(header) for header in self.answer_headers],
                "body": _shown(self.answer_body),
            },
            "chosen_by": self.chosen_by,
            "fault": self.fault or None,
            "violations": [
                violation.as_json() | {"basis": violation.basis, "sent": violation.sent or None}
                for violation in self.violations
            ],
            "notices": [notice.as_json() for notice in self.notices],
            "answer_faults": self.answer_faults,
            "contract_digest": self.digest,
            "milliseconds": round(self.milliseconds, 3),
        }


def _shown(body: bytes) -> str:
    return body[:SHOWN_BODY_BYTES].decode("utf-8", "replace")
