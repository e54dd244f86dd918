"""Records in a form that takes little room: JSON, if long compressed by what it shares with the first of its kind.

A session may have hundreds of thousands of them, much alike: of a lead of 1.4 kB some 60 to 400 bytes remain, for 4 µs
of work. As bytes they also give the garbage collector nothing to look at, which otherwise costs more than storing them
does.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.contract.outcome import compact_bytes

_ONLY_JSON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
_LEVEL, _WINDOW_BITS, _MEMORY_LEVEL = 3, -13, 5
"""Raw deflate with a window of 8 kB. A larger one packs no closer, and takes longer to make ready for each record."""

_LEAST_BYTES, _MOST_BYTES = 512, 64 * 1024
"""A record of less JSON than this is not worth the time, and one of more would hold up all other requests."""

_COMPRESSED: Final = b"z"
"""Stands before compressed records; JSON begins with nothing of the kind."""


@dataclass(frozen=True, slots=True)
class _Codec:
    """A compressor and a decompressor that know the same record, to be copied for each use."""

    compressor: zlib._Compress
    decompressor: zlib._Decompress


class RecordPacker:
    """Packs the records of one kind."""

    def __init__(self) -> None:
        self._codec: _Codec | None = None
        self._lock = threading.Lock()  # several servers in one process have kinds in common

    def pack(self, record: Mapping[str, Any]) -> Any:
        """Return a record in the form in which it is kept; what JSON cannot hold exactly stays as it is."""
        try:
            raw = orjson.dumps(record, option=_ONLY_JSON)
        except TypeError:
            return record
        if not _LEAST_BYTES <= len(raw) <= _MOST_BYTES:
            return compact_bytes(raw)
        compressor = (self._codec or self._learned(raw)).compressor.copy()
        return b"".join((_COMPRESSED, compressor.compress(raw), compressor.flush()))

    def unpack(self, kept: Any) -> Any:
        """Return the record that `pack` was given; a fresh one each time where it was packed."""
        if type(kept) is not bytes:
            return kept
        if self._codec is not None and kept.startswith(_COMPRESSED):
            kept = self._codec.decompressor.copy().decompress(kept[1:])
        return orjson.loads(kept)

    def _learned(self, raw: bytes) -> _Codec:
        """Take a record as that which all others resemble, unless another was before it."""
        with self._lock:
            if self._codec is None:
                self._codec = _Codec(
                    zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zdict=raw),
                    zlib.decompressobj(_WINDOW_BITS, zdict=raw),
                )
            return self._codec
