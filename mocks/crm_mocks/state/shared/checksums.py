"""Checksums of what the server stores, so that a value which somebody has changed is noticed before it is used.

Such a value may still be JSON or MessagePack, and only make a vendor fail much later. The checksum also depends on the
session and on the place of the value, so that a value which was moved is noticed, too. It protects against mistakes,
not against attacks: whoever may write to the server can compute it.
"""

from __future__ import annotations

import zlib
from typing import Final

_LENGTH: Final = 4


def add_checksum(content: bytes, session: str, place: int) -> bytes:
    """Return a value with its checksum.

    Args:
        content: the value.
        session: name of the session that it belongs to.
        place: its place among those of the session, such as the number of an exchange.
    """
    return _checksum(content, session, place) + content


def verify_checksum(data: bytes, session: str, place: int) -> bytes:
    """Return the value that `add_checksum` was given.

    Args:
        data: what `add_checksum` returned.
        session: see `add_checksum`.
        place: see `add_checksum`.

    Raises:
        ValueError: the value was changed, or belongs to another place.
    """
    checksum, content = data[:_LENGTH], data[_LENGTH:]
    if checksum != _checksum(content, session, place):
        raise ValueError("the value has another checksum")
    return content


def _checksum(content: bytes, session: str, place: int) -> bytes:
    return zlib.crc32(content, zlib.crc32(f"{session}/{place}".encode())).to_bytes(_LENGTH, "big")
