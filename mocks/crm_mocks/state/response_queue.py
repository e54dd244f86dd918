"""Queued answers: what a test wants the mock to answer next, without touching the client."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_mocks.faults import Fault

_ABSENT = object()


@dataclass
class QueuedResponse:
    """An answer that waits for its request.

    Attributes:
        id: unique in the session, for the control API; empty until it is queued.
        operation: `<vendor>.<operationId>`, or a vendor's name for any of its operations that has the example.
        match: members that the request must have; an object matches when each of its members does.
        status, example, body: what to answer; they combine, and undocumented ones are allowed.
        has_body: whether `body` was given, since it may be null.
        raw: the body's bytes as they go out, in place of `body`; `None` where that counts.
        chunked: the body goes out in chunks rather than with its length.
        headers: further headers in order; a name may come again.
        times: how many requests it still answers; `None` means every one.
        delay_ms: milliseconds to hold the answer back, or that a fault made of time takes.
        after: the lead is stored before the answer is given.
        fault: what happens to the answer on its way to the client, if anything.
        metadata: what the user says of it; nobody else heeds it.
        used: how many requests it has answered.
    """

    id: str
    operation: str
    match: Any = None
    status: int | None = None
    example: str | None = None
    body: Any = None
    has_body: bool = False
    raw: bytes | None = None
    chunked: bool = False
    headers: list[tuple[str, str]] = field(default_factory=list)
    times: int | None = 1
    delay_ms: int = 0
    after: bool = False
    fault: Fault | None = None
    metadata: dict[str, Any] | None = None
    used: int = 0

    @property
    def only_delays(self) -> bool:
        """Whether the mock's own answer is given, only later, in chunks, with further headers or with a fault."""
        return self.status is None and self.example is None and not self.has_body and self.raw is None

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the control API shows it."""
        shown: dict[str, Any] = {"id": self.id, "operation": self.operation, "times": self.times, "used": self.used}
        for name in ("match", "status", "example", "fault"):
            if getattr(self, name) is not None:
                shown[name] = getattr(self, name)
        if self.has_body:
            shown["body"] = self.body
        if self.raw is not None:
            shown["body_base64"] = b64encode(self.raw).decode()
        if self.chunked:
            shown["chunked"] = True
        if self.headers:
            by_name = dict(self.headers)
            shown["headers"] = by_name if len(by_name) == len(self.headers) else self.headers
        if self.delay_ms:
            shown["delay_ms"] = self.delay_ms
        shown["phase"] = "after" if self.after else "before"
        if self.metadata is not None:
            shown["metadata"] = self.metadata
        return shown


class ResponseQueue:
    """The queued answers of a session, in the order given."""

    def __init__(self) -> None:
        self._entries: list[QueuedResponse] = []
        self._numbers = 0

    def number(self) -> int:
        """Return the number of the answer that is queued now, from 1 on."""
        self._numbers += 1
        return self._numbers

    def add(self, entry: QueuedResponse) -> None:
        """Queue an answer behind the others."""
        self._entries.append(entry)

    def take(self, operation: str, body: Any, examples: Container[str] = ()) -> QueuedResponse | None:
        """Return the first answer that waits for such a request, and count it as used.

        Args:
            operation: `<vendor>.<operationId>`.
            body: the request's body, decoded; `None` where there is none or it is unreadable.
            examples: names of those that the operation has.
        """
        for entry in self._entries:
            if _is_for(entry, operation, examples) and (entry.match is None or matches(entry.match, body)):
                entry.used += 1
                if entry.times is not None:
                    entry.times -= 1
                    if entry.times == 0:
                        self._entries.remove(entry)
                return entry
        return None

    def waiting(self) -> list[QueuedResponse]:
        """Return the entries still waiting."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()


def _is_for(entry: QueuedResponse, operation: str, examples: Container[str]) -> bool:
    if entry.operation == operation:
        return True
    if entry.operation != operation.partition(".")[0]:
        return False
    return entry.example is None or entry.example in examples


def matches(pattern: Any, value: Any) -> bool:
    """Tell whether a value has all that a pattern names: objects by member, arrays entry by entry, the rest equal."""
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(
            matches(inner, value.get(name, _ABSENT)) for name, inner in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and len(pattern) == len(value) and all(map(matches, pattern, value))
    return bool(pattern == value) and isinstance(pattern, bool) == isinstance(value, bool)
