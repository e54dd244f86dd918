"""The queue of a shared session: each queued response is used exactly as often as it is meant to."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, Final

from crm_mocks.faults import Fault
from crm_mocks.state.response_queue import QueuedResponse, ResponseQueue
from crm_mocks.state.shared.transaction import Change, Recorder
from crm_mocks.state.stub_route import StubRoute

ENQUEUE: Final = "enqueue"
USE: Final = "use"
REMOVE: Final = "remove"
EMPTY: Final = "empty"
QUEUE: Final = "queue"

_FIELDS: Final = QueuedResponse.__struct_fields__


class SharedQueue(ResponseQueue):
    """A queue whose changes are recorded, and can be applied to the copies of other processes."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def add(self, entry: QueuedResponse) -> None:
        """See `ResponseQueue.add`."""
        self.check_room(entry)
        self._recorder.record([ENQUEUE, self._last_number, encode(entry)], self._remove_last)
        self.append(entry)

    def _remove_last(self) -> None:
        self._remove(next(reversed(self._entries)))
        self._last_number -= 1

    def _use(self, number: int, entry: QueuedResponse) -> QueuedResponse:
        times, used = entry.times, entry.used

        def undo() -> None:
            if entry.times == 0:
                self._put(number, entry)
            entry.times, entry.used = times, used

        self._recorder.record([USE, entry.id], undo)
        return super()._use(number, entry)

    def remove(self, entry_id: str) -> bool:
        """See `ResponseQueue.remove`."""
        before = list(self._entries.items())
        is_found = super().remove(entry_id)
        if is_found:
            self._recorder.record([REMOVE, entry_id], lambda: self._restore(before))
        return is_found

    def _restore(self, before: Iterable[tuple[int, QueuedResponse]]) -> None:
        for number, entry in before:
            if number not in self._entries:
                self._put(number, entry)

    def clear(self) -> None:
        """See `ResponseQueue.clear`."""
        before = list(self._entries.items())
        if before:
            self._recorder.record([EMPTY], lambda: self._restore(before))
        super().clear()

    def _extend(self, entries: Iterable[QueuedResponse]) -> None:
        for entry in entries:
            self.append(entry)

    def apply(self, change: Change) -> bool:
        """Apply a change that another process has recorded; return whether it is one of a queue."""
        code, *arguments = change
        if code == ENQUEUE:
            self._last_number = arguments[0]
            self.append(decode(arguments[1]))
        elif code == USE:
            super()._use(*next(each for each in self._entries.items() if each[1].id == arguments[0]))
        elif code == REMOVE:
            super().remove(arguments[0])
        elif code == EMPTY:
            super().clear()
        elif code == QUEUE:
            self._last_number = arguments[0]
            super().clear()
            self._extend(map(decode, arguments[1]))
        else:
            return False
        return True

    def snapshot(self) -> Iterable[Change]:
        """Return changes that make any queue equal to this one."""
        return ([QUEUE, self._last_number, [encode(entry) for entry in self.pending()]],)


def encode(entry: QueuedResponse) -> str:
    """Return a queued response as JSON text, which unlike MessagePack represents all integers and strings."""
    members = {name: getattr(entry, name) for name in _FIELDS}
    if entry.route is not None:
        members["route"] = [entry.route.method, entry.route.path]
    if entry.raw is not None:
        members["raw"] = b64encode(entry.raw).decode()
    return json.dumps(members, separators=(",", ":"))


def decode(text: str) -> QueuedResponse:
    """Return the queued response that `encode` was given."""
    members: dict[str, Any] = json.loads(text)
    if members["route"] is not None:
        members["route"] = StubRoute(*members["route"])
    if members["raw"] is not None:
        members["raw"] = b64decode(members["raw"])
    if members["fault"] is not None:
        members["fault"] = Fault(members["fault"])
    members["headers"] = [(name, value) for name, value in members["headers"]]
    return QueuedResponse(**members)
