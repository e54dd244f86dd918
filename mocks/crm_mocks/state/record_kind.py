"""Kinds of record, and the tables of a store that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from crm_mocks.state.record_packing import RecordPacker

Normalizer = Callable[[str], str]
Indexed = Mapping[str, Mapping[str, Normalizer]]
"""By kind of record: members that records can be found by, each with the function that normalizes its value."""


def as_written(value: str) -> str:
    """Return a value unchanged: the normalizer of an index that distinguishes letter case."""
    return value


@dataclass(frozen=True)
class RecordKind:
    """A kind of record.

    Attributes:
        name: plural name in the control API, such as `leads`.
        key: member that identifies a record.
        indexed: other members that records can be found by, such as `email` or `properties/email`, each with the
            function that normalizes its value, such as `str.lower` for case-insensitive lookups.
        counts_requests: records of this kind count requests, so refused requests change them too.
        has_own_seeds: the records that a session starts with are made for it alone, so they are packed as others are;
            else sessions share them.
        packer: compresses records.
    """

    name: str
    key: str
    indexed: Mapping[str, Normalizer] = field(default_factory=dict)
    counts_requests: bool = False
    has_own_seeds: bool = False
    packer: RecordPacker = field(default_factory=RecordPacker, init=False, repr=False, compare=False)


class RecordTables(msgspec.Struct, frozen=True):
    """The tables of the store that hold the records of one kind.

    Attributes:
        kind: the kind.
        records: the records by key.
        starting, adopted: keys of the records that the session started with, and of those from forced responses.
        indexes: member, normalizer and table of each index.
    """

    kind: RecordKind
    records: str
    starting: str
    adopted: str
    indexes: tuple[tuple[str, Normalizer, str], ...]

    @classmethod
    def of(cls, vendor: str, kind: RecordKind) -> RecordTables:
        """Return the tables of a vendor's kind of record."""
        name = f"{vendor}/{kind.name}"
        indexes = tuple((member, normalize, f"{name}#{member}") for member, normalize in kind.indexed.items())
        return cls(kind, name, f"{name}!", f"{name}~", indexes)
