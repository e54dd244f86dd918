"""Queued responses: what a test makes the mock respond with next, without changing the client."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Container, Iterable, Mapping
from heapq import merge
from typing import Any, Final

import msgspec

from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault
from crm_mocks.parsing.media_types import content_type
from crm_mocks.state.stub_route import StubRoute

_ABSENT = object()
_STUBS: Final = ""
"""Target of stubs, which are for no operation."""

MAX_QUEUED: Final = 10_000
"""Maximum number of responses in the queue of a session."""

QUEUE_BYTES: Final = 64 * 1024**2
"""Maximum size of the responses in all queues of a process."""


class QueuedResponse(msgspec.Struct):
    """A response that waits for a matching request.

    Attributes:
        id: unique in the session, for the control API; empty until queued.
        operation: `<vendor>.<operationId>`, or a vendor's name for any of its operations that has the example; empty
            for a stub.
        route: requests that a stub is for; `None` for the response of an operation.
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
        size: bytes of the request that queued it, which its memory is in proportion to.
    """

    id: str
    operation: str
    route: StubRoute | None = None
    match: Any = None
    status: int | None = None
    example: str | None = None
    body: Any = None
    has_body: bool = False
    raw: bytes | None = None
    chunked: bool = False
    headers: list[tuple[str, str]] = msgspec.field(default_factory=list)
    times: int | None = 1
    delay_ms: int = 0
    after_processing: bool = False
    fault: Fault | None = None
    metadata: dict[str, Any] | None = None
    used: int = 0
    size: int = 0

    @property
    def keeps_response(self) -> bool:
        """Whether the mock's own response is sent, only delayed, chunked, with more headers or with a fault."""
        return self.status is None and self.example is None and not self.has_body and self.raw is None

    @property
    def target(self) -> str:
        """The operation, or method and path of a stub."""
        return self.operation if self.route is None else str(self.route)

    @property
    def media_type(self) -> str:
        """Media type from the headers, or an empty string."""
        named = (value for name, value in self.headers if name.lower() == "content-type")
        return content_type(next(named, "")).media_type

    def as_json(self) -> dict[str, Any]:
        """Return the queued response as the control API represents it."""
        about = {"operation": self.operation} if self.route is None else self.route.as_json()
        shown: dict[str, Any] = {"id": self.id, **about, "times": self.times, "used": self.used}
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


class QueueBudget(msgspec.Struct):
    """The memory that the queues of a process share.

    Attributes:
        most: maximum size of queued responses in bytes, as the bodies that queued them.
        used: size of those that are queued.
    """

    most: int = QUEUE_BYTES
    used: int = 0


class ResponseQueue:
    """The queued responses of a session, in order.

    Attributes:
        budget: memory shared with the queues of other sessions.
    """

    def __init__(self) -> None:
        self.budget = QueueBudget()
        self._entries: dict[int, QueuedResponse] = {}
        self._by_target: dict[str, dict[int, QueuedResponse]] = {}
        self._added = 0
        self._last_number = 0

    def next_number(self) -> int:
        """Return the number of the next queued response, counting from 1."""
        self._last_number += 1
        return self._last_number

    def add(self, entry: QueuedResponse) -> None:
        """Append a response.

        Raises:
            UsageError: there is no room for it.
        """
        self.check_room(entry)
        self.append(entry)

    def check_room(self, entry: QueuedResponse) -> None:
        """Check that a response may be added.

        Raises:
            UsageError: there is no room for it.
        """
        if len(self._entries) >= MAX_QUEUED:
            raise UsageError(f"the session has {MAX_QUEUED} queued responses: DELETE some with /__admin/responses")
        if entry.size and self.budget.used + entry.size > self.budget.most:
            raise UsageError(f"the queued responses of all sessions must not exceed {self.budget.most} bytes")

    def append(self, entry: QueuedResponse) -> None:
        """Append a response that there is room for."""
        self._added += 1
        self._put(self._added, entry)

    def _put(self, number: int, entry: QueuedResponse) -> None:
        """Put a response at its place in the order of numbers."""
        is_last = not self._entries or number > next(reversed(self._entries))
        self.budget.used += entry.size
        self._entries[number] = entry
        self._by_target.setdefault(entry.operation, {})[number] = entry
        if not is_last:
            self._entries = dict(sorted(self._entries.items(), key=_number))
            self._by_target[entry.operation] = dict(sorted(self._by_target[entry.operation].items(), key=_number))

    def take(self, operation: str, body: Any, examples: Container[str] = ()) -> QueuedResponse | None:
        """Return the first response that matches the request, counting the use; `None` if none matches.

        Args:
            operation: `<vendor>.<operationId>`.
            body: decoded request body; `None` if absent or unreadable.
            examples: names of the operation's response examples.
        """
        if not self._entries:
            return None
        for number, entry in self._of(operation, operation.partition(".")[0]):
            if _is_for(entry, operation, examples) and (entry.match is None or matches(entry.match, body)):
                return self._use(number, entry)
        return None

    def take_stub(self, method: str, path: str, body: Callable[[], Any]) -> QueuedResponse | None:
        """Return the first stub that matches a request to no operation, counting the use; `None` if none matches.

        Args:
            method: upper-case method.
            path: decoded path, without session prefix.
            body: returns the decoded request body; `None` if absent or unreadable.
        """
        for number, entry in self._of(_STUBS):
            is_for = entry.route is not None and entry.route.matches(method, path)
            if is_for and (entry.match is None or matches(entry.match, body())):
                return self._use(number, entry)
        return None

    def _of(self, *targets: str) -> Iterable[tuple[int, QueuedResponse]]:
        """Return the responses for targets in the order of the queue, whatever is queued for others."""
        found = [self._by_target[target].items() for target in targets if target in self._by_target]
        return merge(*found, key=_number) if len(found) > 1 else found[0] if found else ()

    def _use(self, number: int, entry: QueuedResponse) -> QueuedResponse:
        entry.used += 1
        if entry.times is not None:
            entry.times -= 1
            if entry.times == 0:
                self._remove(number)
        return entry

    def _remove(self, number: int) -> None:
        entry = self._entries.pop(number)
        self.budget.used -= entry.size
        alike = self._by_target[entry.operation]
        del alike[number]
        if not alike:
            del self._by_target[entry.operation]

    def pending(self) -> list[QueuedResponse]:
        """Return the responses that have not been used up."""
        return list(self._entries.values())

    def remove(self, entry_id: str) -> bool:
        """Remove the response with an id; return whether there was one."""
        numbers = [number for number, entry in self._entries.items() if entry.id == entry_id]
        for number in numbers:
            self._remove(number)
        return bool(numbers)

    def clear(self) -> None:
        """Remove all responses."""
        self.budget.used -= sum(entry.size for entry in self._entries.values())
        self._entries.clear()
        self._by_target.clear()


def _number(item: tuple[int, QueuedResponse]) -> int:
    return item[0]


def _is_for(entry: QueuedResponse, operation: str, examples: Container[str]) -> bool:
    if entry.route is not None:
        return False
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
