"""Checksums of what the server stores, so that a value which somebody has changed is noticed before it is used.

Such a value may still be JSON or MessagePack, and make a vendor fail much later, wherever it is used then. The checksum
also depends on the session and on the place of the value, so that one that was moved is noticed, too. It protects
against mistakes, not against somebody who knows how it is made: who may write to the server may change the mocks.
"""

from __future__ import annotations

import zlib
from typing import Final

_LENGTH: Final = 4


def sealed(content: bytes, session: str, place: int) -> bytes:
    """Return a value with its checksum.

    Args:
        content: the value.
        session: name of the session that it belongs to.
        place: its place among those of the session, such as the number of an exchange.
    """
    return _checksum(content, session, place) + content


def unsealed(data: bytes, session: str, place: int) -> bytes:
    """Return the value that `sealed` was given.

    Raises:
        ValueError: it is another one, or belongs to another place.
    """
    checksum, content = data[:_LENGTH], data[_LENGTH:]
    if checksum != _checksum(content, session, place):
        raise ValueError("the value has another checksum")
    return content


def _checksum(content: bytes, session: str, place: int) -> bytes:
    return zlib.crc32(content, zlib.crc32(f"{session}/{place}".encode())).to_bytes(_LENGTH, "big")
