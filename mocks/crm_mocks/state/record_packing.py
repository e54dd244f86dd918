"""Compact storage of records: JSON, compressed in blocks with an early record of the kind as dictionary.

A session may hold hundreds of thousands of similar records. A lead of 1.4 kB shrinks to 40 to 450 bytes. Each use of
deflate has fixed costs, as much as for five records of that size, so records are compressed together. What is stored
also spares the garbage collector from traversing the records, which costs more than storing them.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson

from crm_mocks.contract.outcome import compact_bytes

ONLY_JSON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
_LEVEL, _MEMORY_LEVEL = 3, 5
"""Of raw deflate: a compressor is copied for each block, so the time depends on its memory as much as on its level.

With these, similar and dissimilar records take the least time, and a sixth less room than with level 1.
"""

_MIN_BYTES, _MAX_BYTES = 512, 64 * 1024
"""Smaller records are not worth compressing; larger ones would block other requests."""

BLOCK_BYTES: Final = 10 * 1024
"""JSON that is compressed together, and decompressed to read one record of it, which takes about 10 µs."""

_SEPARATOR: Final = b"\n"
"""Separates the records of a block; it stands in no JSON of orjson."""


class _Block(msgspec.Struct, eq=False, gc=False):
    """Consecutive records; blocks are equal if they are the same.

    Attributes:
        records: their JSON; `None` once it is compressed.
        compressed: the compressed JSON.
    """

    records: list[bytes] | None
    compressed: bytes = b""


class PackedRecord(msgspec.Struct, frozen=True, gc=False):
    """A record in a block, and its position there. Hashable, as all stored forms but dictionaries."""

    block: _Block
    position: int


class _Codec(msgspec.Struct, frozen=True):
    """A compressor and a decompressor with the same dictionary, to be copied for each use."""

    compressor: zlib._Compress
    decompressor: zlib._Decompress

    @classmethod
    def of(cls, dictionary: bytes) -> _Codec:
        """Return the codec of records that resemble another."""
        bits = -_window_bits(len(dictionary))  # negative: without header
        return cls(
            zlib.compressobj(_LEVEL, zlib.DEFLATED, bits, _MEMORY_LEVEL, zdict=dictionary),
            zlib.decompressobj(bits, zdict=dictionary),
        )


class RecordPacker:
    """Packs the records of one kind. Thread-safe.

    The newest records stay as they are: short runs compress nothing, and clients often read what they have just stored.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # servers in one process share the kinds
        self._open, self._full = _Block([]), _Block([])
        self._open_bytes = 0
        self._codec: _Codec | None = None
        self._last_read: tuple[_Block | None, list[bytes]] = None, []
        """A block and its records: lists read them in order."""

    def pack(self, record: Mapping[str, Any]) -> Any:
        """Return the stored form of a record; a record that JSON cannot represent exactly is returned unchanged."""
        try:
            raw = compact_bytes(orjson.dumps(record, option=ONLY_JSON))
        except TypeError:
            return record
        if not _MIN_BYTES <= len(raw) <= _MAX_BYTES:
            return raw
        with self._lock:
            block = self._open
            records: list[bytes] = block.records  # type: ignore[assignment]  # it is not compressed
            packed = PackedRecord(block, len(records))
            records.append(raw)
            self._open_bytes += len(raw)
            if self._open_bytes >= BLOCK_BYTES:
                self._compress(self._full)
                self._full, self._open, self._open_bytes = block, _Block([]), 0
        return packed

    def unpack(self, packed: Any) -> Any:
        """Return the record that `pack` was given; a new object each time if it was packed."""
        if type(packed) is PackedRecord:
            return orjson.loads(self._records(packed.block)[packed.position])
        return orjson.loads(packed) if type(packed) is bytes else packed

    def _compress(self, block: _Block) -> None:
        """Compress the records of a block, if it has any."""
        if block.records:
            codec = self._codec = self._codec or _Codec.of(block.records[0])
            compressor = codec.compressor.copy()
            compressed = compressor.compress(_SEPARATOR.join(block.records))
            block.compressed = compressed + compressor.flush()
            block.records = None

    def _records(self, block: _Block) -> list[bytes]:
        """Return the JSON of the records of a block."""
        records = block.records  # another thread may compress the block in the meantime
        if records is not None:
            return records
        last, records = self._last_read
        if last is not block:
            assert self._codec is not None  # it has compressed the block
            records = self._codec.decompressor.copy().decompress(block.compressed).split(_SEPARATOR)
            self._last_read = block, records
        return records


def _window_bits(size: int) -> int:
    """Return the smallest window that need not be moved while records of a size are compressed.

    Deflate keeps twice the window: it has room for the dictionary and a block.
    """
    return min(15, ((size + BLOCK_BYTES + size) // 2).bit_length())
