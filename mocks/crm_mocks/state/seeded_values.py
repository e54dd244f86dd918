"""Generated values, each a function of seed, session, kind and ordinal, so that no random stream is shared."""

from __future__ import annotations

from hashlib import blake2b
from random import Random


class SeededValues:
    """Values that look random but are the same in every run with the same seed.

    The same kind and ordinal always give the same value, whatever happened in between. The kind names what it is for,
    such as `lead id`; the ordinal counts the values of the kind, as `RequestContext.ordinal` does.

    Example:
        >>> SeededValues(1, "default").integer("lead id", 1, 1, 1000)
        607
        >>> SeededValues(1, "default").hex("token", 1, 8)
        '7326a817'
    """

    def __init__(self, seed: int, session: str) -> None:
        self.seed = seed
        self.session = session
        self._key = blake2b(f"{seed}\0{session}".encode(), digest_size=32).digest()
        self._keyed: dict[int, blake2b] = {}

    def digest(self, kind: str, ordinal: int, size: int = 16) -> bytes:
        """Return `size` bytes, from 1 to 64, for a kind and ordinal."""
        keyed = self._keyed.get(size)
        if keyed is None:
            keyed = self._keyed[size] = blake2b(digest_size=size, key=self._key)
        hashed = keyed.copy()
        hashed.update(f"{kind}\0{ordinal}".encode())
        return hashed.digest()

    def random(self, kind: str, ordinal: int) -> Random:
        """Return a random generator for a kind and ordinal whose value needs several random numbers."""
        return Random(self.digest(kind, ordinal))  # noqa: S311  # test data, not secrets

    def integer(self, kind: str, ordinal: int, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included, for a kind and ordinal."""
        return low + int.from_bytes(self.digest(kind, ordinal, 16)) % (high - low + 1)

    def hex(self, kind: str, ordinal: int, digits: int = 32) -> str:
        """Return `digits` lower-case hex digits, from 1 to 128, for a kind and ordinal."""
        return self.digest(kind, ordinal, (digits + 1) // 2).hex()[:digits]

    def uuid(self, kind: str, ordinal: int) -> str:
        """Return a version 4 UUID (RFC 9562) in lower case for a kind and ordinal."""
        digest = self.digest(kind, ordinal)
        digits, variant = digest.hex(), "89ab"[digest[8] >> 4 & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def reseeded(self, seed: int) -> SeededValues:
        """Return the values of the same session under another seed, for a request that asks for one."""
        return SeededValues(seed, self.session)
