"""Long bodies that another worker sends: their owner keeps what remains, and is asked for one piece at a time."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Final

from crm_mocks.asgi.peers import PeerCall
from crm_mocks.errors import CrmMocksError
from crm_mocks.workers.link import WorkerLink

MAX_KEPT: Final = 1_000
"""Maximum number of bodies of which something remains; the oldest is given up, as is its response."""

_NEXT: Final = "next piece"
_DROP: Final = "drop pieces"


class RemainingPieces:
    """What remains of the bodies of this worker that others send.

    Attributes:
        calls: functions that other workers can call.
    """

    def __init__(self, link: WorkerLink) -> None:
        self.calls: dict[str, PeerCall] = {_NEXT: self._next, _DROP: self._drop}
        self._link = link
        self._numbers = itertools.count(1)
        self._kept: OrderedDict[int, AsyncIterator[bytes]] = OrderedDict()

    def keep(self, pieces: AsyncIterator[bytes]) -> int:
        """Keep the pieces until another worker has asked for all of them; return their number."""
        if len(self._kept) >= MAX_KEPT:
            self._kept.popitem(last=False)
        number = next(self._numbers)
        self._kept[number] = pieces
        return number

    async def of(self, owner: int, number: int) -> AsyncIterator[bytes]:
        """Yield the pieces that another worker keeps.

        Args:
            owner: that worker.
            number: their number there.

        Raises:
            CrmMocksError: the other worker has given them up.
        """
        try:
            while (piece := await self._link.call(owner, _NEXT, number)) is not None:
                yield piece
        finally:
            self._link.notify(owner, _DROP, number)

    async def _next(self, number: int) -> bytes | None:
        pieces = self._kept.get(number)
        if pieces is None:
            raise CrmMocksError("the rest of the response has been given up")
        return await anext(pieces, None)

    async def _drop(self, number: int) -> None:
        self._kept.pop(number, None)
