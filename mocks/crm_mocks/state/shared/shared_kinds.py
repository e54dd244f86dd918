"""Kinds of record whose packed records every process can read."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import orjson

from crm_mocks.contract.outcome import compact_bytes
from crm_mocks.state.record_packing import ONLY_JSON, RecordPacker
from crm_mocks.state.records import RecordKind


class PortablePacker(RecordPacker):
    """Packs records as JSON; the dictionary that compresses them elsewhere differs from process to process."""

    def pack(self, record: Mapping[str, Any]) -> Any:
        """See `RecordPacker.pack`."""
        try:
            return compact_bytes(orjson.dumps(record, option=ONLY_JSON))
        except TypeError:
            return record

    def unpack(self, packed: Any) -> Any:
        """See `RecordPacker.unpack`."""
        return orjson.loads(packed) if type(packed) is bytes else packed


def shared_kinds(kinds: Mapping[str, Mapping[str, RecordKind]]) -> dict[str, dict[str, RecordKind]]:
    """Return kinds of record, by vendor and name, with packers whose records every process can read."""
    return {vendor: {name: _portable(kind) for name, kind in by_name.items()} for vendor, by_name in kinds.items()}


def _portable(kind: RecordKind) -> RecordKind:
    portable = copy.copy(kind)
    object.__setattr__(portable, "packer", PortablePacker())  # it is not a parameter of the dataclass
    return portable
