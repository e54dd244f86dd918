"""Room for the bodies of requests in memory: the large ones of a server share it, and wait for it before they are read.

A body gets room for all of it, or waits for that, first come, first served. So no body that is being read waits for
another one, a client that sends slowly has all of `host.body_seconds`, and those that wait have not begun theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crm_mocks.settings.host import HostSettings

if TYPE_CHECKING:
    from crm_mocks.server.received_body import ReceivedBody


class BodyRoom:
    """The room for large bodies of one server.

    Attributes:
        taken: bytes that are taken; more than there are for a body that is larger than all the room, and then it is
            the only one, and for bodies that had come before they could be made to wait.
    """

    def __init__(self, size: int = HostSettings().bodies_bytes) -> None:
        """Make room.

        Args:
            size: bytes of all bodies together.
        """
        self.taken = 0
        self._size = size
        self._inside: dict[ReceivedBody, int] = {}
        self._waiting: dict[ReceivedBody, tuple[int, Callable[[], None]]] = {}  # in their order

    def enter(self, body: ReceivedBody, size: int, on_room: Callable[[], None]) -> bool:
        """Return whether there is room for a body.

        Args:
            body: the body.
            size: bytes that it may have.
            on_room: called when there is room, unless there is now.
        """
        if not self._waiting and self._has_room(size):
            self._take(body, size)
            return True
        self._waiting[body] = size, on_room
        return False

    def settle(self, body: ReceivedBody, size: int) -> None:
        """Note that all of a body has come: it takes what it has, even if it was to wait.

        Args:
            body: the body.
            size: its bytes.
        """
        self._waiting.pop(body, None)
        self.taken -= self._inside.pop(body, 0)
        self._take(body, size)
        self._let_in()

    def leave(self, body: ReceivedBody) -> None:
        """Note that a body is no longer in memory, or waits no longer; let others in."""
        self._waiting.pop(body, None)
        self.taken -= self._inside.pop(body, 0)
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting:
            body, (size, on_room) = next(iter(self._waiting.items()))
            if not self._has_room(size):
                return
            del self._waiting[body]
            self._take(body, size)
            on_room()

    def _has_room(self, size: int) -> bool:
        return not self._inside or self.taken + size <= self._size

    def _take(self, body: ReceivedBody, size: int) -> None:
        self._inside[body] = size
        self.taken += size
