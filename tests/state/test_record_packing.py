"""The packed form of records."""

from __future__ import annotations

import gc
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.state.record_packing import BLOCK_BYTES, RecordPacker

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
LEAD = {"email": "ada@example.com", "notes": "Would like to hear from you soon, by telephone. " * 20}


BLOCKS: Final = 3 * BLOCK_BYTES
"""Size of records after which earlier ones are compressed."""


def fill(packer: RecordPacker) -> list[Any]:
    """Pack similar records until those before them are compressed; return them packed."""
    return [packer.pack(LEAD | {"id": number}) for number in range(BLOCKS // len(orjson.dumps(LEAD)) + 1)]


@settings(max_examples=50, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(st.text(), JSON, max_size=5), min_size=1, max_size=5))
def test_records_are_unpacked_unchanged(records: list[dict[str, Any]]) -> None:
    packer = RecordPacker()
    long = [LEAD | record for record in records]
    kept = [packer.pack(record) for record in (*records, *long)]
    assert [packer.unpack(each) for each in kept] == [*records, *long]
    fill(packer)
    assert [packer.unpack(each) for each in reversed(kept)] == [*reversed(long), *reversed(records)]


def test_similar_records_are_compressed() -> None:
    packer = RecordPacker()
    fill(packer)
    tracemalloc.start()
    kept = [packer.pack(LEAD | {"email": f"{number}@example.com"}) for number in range(1_000)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 1_000 * len(orjson.dumps(LEAD)) / 5
    assert [packer.unpack(each)["email"] for each in kept] == [f"{number}@example.com" for number in range(1_000)]


def test_the_room_of_removed_records_is_free_again() -> None:
    packer = RecordPacker()
    fill(packer)
    tracemalloc.start()
    kept = [packer.pack(LEAD | {"notes": random_text(number)}) for number in range(1_000)]
    kept.clear()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < BLOCKS


def random_text(number: int) -> str:
    return random.Random(number).randbytes(500).hex()


def test_the_garbage_collector_does_not_traverse_packed_records() -> None:
    packer = RecordPacker()
    assert not gc.is_tracked({"1": packer.pack(LEAD)})


def test_each_reader_gets_its_own_copy() -> None:
    packer = RecordPacker()
    kept = packer.pack(LEAD)
    for _ in range(2):  # as it is, and compressed
        packer.unpack(kept)["email"] = "changed"
        assert packer.unpack(kept) == LEAD
        fill(packer)


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), Decimal(1), 2**70], ids=str)
def test_values_that_json_cannot_represent_are_not_packed(value: object) -> None:
    packer, record = RecordPacker(), {"value": value}
    assert packer.unpack(packer.pack(record)) is record


@pytest.mark.parametrize("length", [1, 100_000])
def test_a_small_or_very_large_record_is_not_compressed(length: int) -> None:
    packer, record = RecordPacker(), {"notes": "a" * length}
    kept = packer.pack(record)
    assert kept == orjson.dumps(record)
    assert packer.unpack(kept) == record


def test_concurrent_threads_share_a_packer() -> None:
    for _ in range(10):
        packer = RecordPacker()
        records = [LEAD | {"email": f"{number}@example.com"} for number in range(64)]
        with ThreadPoolExecutor(8) as threads:
            kept = list(threads.map(packer.pack, records))
            assert list(threads.map(packer.unpack, kept)) == records
