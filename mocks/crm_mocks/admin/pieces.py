"""Long documents of the control API in pieces, so that no process holds a whole one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import orjson

from crm_mocks.asgi.transport import Send
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.turns import Turns

PIECE_BYTES: Final = 65_536
"""Size from which a piece is sent; it exceeds that by less than one entry."""


async def json_pieces(
    begin: bytes,
    entries: AsyncIterator[JournalEntry],
    as_json: Callable[[JournalEntry], dict[str, Any]],
    end: bytes,
) -> AsyncIterator[bytes]:
    """Yield a JSON document in pieces.

    Args:
        begin: the document as far as the array of entries, with its bracket.
        entries: the entries, read as the pieces are needed.
        as_json: returns an entry as it is shown.
        end: the document from the closing bracket.
    """
    piece = bytearray(begin)
    separator = b""
    turns = Turns()
    async for entry in entries:
        piece += separator
        piece += orjson.dumps(as_json(entry))
        separator = b","
        await turns.give_way()
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    piece += end
    yield bytes(piece)


async def send_pieces(pieces: AsyncIterator[bytes], send: Send) -> None:
    """Send the rest of a response whose first piece has been sent, each when the client has room for it.

    Args:
        pieces: the other pieces.
        send: ASGI channel.
    """
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
