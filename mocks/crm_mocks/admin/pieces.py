"""Long documents of the control API in pieces, so that no process holds a whole one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import orjson

from crm_mocks.asgi.transport import Send
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.turns import Turns

PIECE_BYTES: Final = 65_536
"""Size from which a piece is sent; it has less than as many bytes more."""


async def in_pieces(texts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield a document in pieces.

    Args:
        texts: the document in parts of any size, made as the pieces are needed.
    """
    piece = bytearray()
    turns = Turns()
    async for text in texts:
        await turns.give_way()
        with memoryview(text) as view:
            for start in range(0, len(text), PIECE_BYTES):
                piece += view[start : start + PIECE_BYTES]
                if len(piece) >= PIECE_BYTES:
                    yield bytes(piece)
                    piece.clear()
    if piece:
        yield bytes(piece)


def json_pieces(
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

    async def texts() -> AsyncIterator[bytes]:
        yield begin
        separator = b""
        async for entry in entries:
            yield separator + orjson.dumps(as_json(entry))
            separator = b","
        yield end

    return in_pieces(texts())


async def send_pieces(pieces: AsyncIterator[bytes], send: Send) -> None:
    """Send the rest of a response whose first piece has been sent, each when the client has room for it.

    Args:
        pieces: the other pieces.
        send: ASGI channel.
    """
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
