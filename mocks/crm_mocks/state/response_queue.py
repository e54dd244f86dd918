"""Queued responses: what a test makes the mock respond with next, without changing the client."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_mocks.faults import Fault

_ABSENT = object()


@dataclass
class QueuedResponse:
    """A response that waits for a matching request.

    Attributes:
        id: unique in the session, for the control API; empty until queued.
        operation: `<vendor>.<operationId>`, or a vendor's name for any of its operations that has the example.
        match: members that the request body must contain, compared recursively: see `matches`.
        status, example, body: the response; they can be combined, and need not be documented.
        has_body: whether `body` was given, since it may be null.
        raw: exact bytes of the body, sent instead of `body`; `None` to send `body`.
        chunked: send the body with chunked transfer encoding instead of Content-Length.
        headers: additional headers in order; names may repeat.
        times: number of requests still to be answered; `None` for no limit.
        delay_ms: milliseconds before the response is sent, or duration of a timed fault.
        after_processing: process the request (store the lead) before responding.
        fault: connection fault to inject, if any.
        metadata: the user's own data, ignored by the mock.
        used: number of requests answered so far.
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
    after_processing: bool = False
    fault: Fault | None = None
    metadata: dict[str, Any] | None = None
    used: int = 0

    @property
    def keeps_response(self) -> bool:
        """Whether the mock's own response is sent, only delayed, chunked, with more headers or with a fault."""
        return self.status is None and self.example is None and not self.has_body and self.raw is None

    def as_json(self) -> dict[str, Any]:
        """Return the queued response as the control API represents it."""
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
        shown["phase"] = "after" if self.after_processing else "before"
        if self.metadata is not None:
            shown["metadata"] = self.metadata
        return shown


class ResponseQueue:
    """The queued responses of a session, in order."""

    def __init__(self) -> None:
        self._entries: list[QueuedResponse] = []
        self._last_number = 0

    def next_number(self) -> int:
        """Return the number of the next queued response, counting from 1."""
        self._last_number += 1
        return self._last_number

    def add(self, entry: QueuedResponse) -> None:
        """Append a response."""
        self._entries.append(entry)

    def take(self, operation: str, body: Any, examples: Container[str] = ()) -> QueuedResponse | None:
        """Return the first response that matches the request, counting the use; `None` if none matches.

        Args:
            operation: `<vendor>.<operationId>`.
            body: decoded request body; `None` if absent or unreadable.
            examples: names of the operation's response examples.
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

    def pending(self) -> list[QueuedResponse]:
        """Return the responses that have not been used up."""
        return list(self._entries)

    def clear(self) -> None:
        """Remove all responses."""
        self._entries.clear()


def _is_for(entry: QueuedResponse, operation: str, examples: Container[str]) -> bool:
    if entry.operation == operation:
        return True
    if entry.operation != operation.partition(".")[0]:
        return False
    return entry.example is None or entry.example in examples


def matches(pattern: Any, value: Any) -> bool:
    """Return whether a value contains a pattern: objects by member, arrays element by element, other values equal."""
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(
            matches(inner, value.get(name, _ABSENT)) for name, inner in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and len(pattern) == len(value) and all(map(matches, pattern, value))
    return bool(pattern == value) and isinstance(pattern, bool) == isinstance(value, bool)
