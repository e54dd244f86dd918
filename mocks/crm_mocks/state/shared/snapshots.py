"""Snapshots as bytes: compressed changes in parts, so that a long one is written and read in turns with requests."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from crm_mocks.state.shared.changes import encode_changes
from crm_mocks.state.shared.transaction import Change
from crm_mocks.turns import Turns

_CHANGES: Final = 500
"""Changes of a part: a few milliseconds."""

_LENGTH: Final = 4
"""Bytes of a part's length, which stands before it."""

_READ_BYTES: Final = 256 * 1024
"""Bytes that are decompressed at once."""


async def pack(changes: Iterable[Change], time: float) -> bytes:
    """Return a snapshot as bytes.

    Args:
        changes: the changes that make up the session.
        time: their time, in seconds since 1970 by the server's time.
    """
    compressor, turns, rest = zlib.compressobj(1), Turns(), iter(changes)
    packed: list[bytes] = []
    while part := list(islice(rest, _CHANGES)):
        encoded = encode_changes(part, time)
        packed.append(compressor.compress(len(encoded).to_bytes(_LENGTH, "big") + encoded))
        await turns.give_way()
    return b"".join((*packed, compressor.flush()))


def unpack(packed: bytes) -> Iterator[bytes]:
    """Yield the parts of a snapshot, each as `decode_changes` takes it; none if it is empty.

    Raises:
        ValueError: it is incomplete.
        zlib.error: it is none.
    """
    if not packed:
        return
    decompressor, read = zlib.decompressobj(), bytearray()
    while not decompressor.eof:
        piece = decompressor.decompress(packed, _READ_BYTES)
        packed = decompressor.unconsumed_tail
        if not piece and not packed and not decompressor.eof:
            break
        read += piece
        while len(read) >= _LENGTH and len(read) >= (end := _LENGTH + int.from_bytes(read[:_LENGTH], "big")):
            yield bytes(read[_LENGTH:end])
            del read[:end]
    if read or not decompressor.eof:
        raise ValueError("the snapshot is cut off")
