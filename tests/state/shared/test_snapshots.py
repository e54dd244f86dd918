"""Snapshots of long sessions are written and read in parts, between which others are served."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from crm_mocks import turns
from crm_mocks.state.shared import snapshots
from crm_mocks.state.shared.changes import decode_changes
from crm_mocks.state.shared.snapshots import pack, unpack
from tests.state.shared.conftest import Replicas

CHANGES: list[Any] = [["put", "t", str(number), "x" * number] for number in range(1_300)]


def packed(changes: list[Any]) -> bytes:
    return asyncio.run(pack(changes, 2.5))


@pytest.mark.parametrize("count", [1, 499, 500, 501, 1_300])
def test_a_snapshot_is_read_as_it_was_written(count: int) -> None:
    read = [decode_changes(part) for part in unpack(packed(CHANGES[:count]))]
    assert [change for _, changes in read for change in changes] == CHANGES[:count]
    assert {time for time, _ in read} == {2.5}


def test_a_snapshot_larger_than_what_is_decompressed_at_once_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_READ_BYTES", 7)
    assert sum(len(decode_changes(part)[1]) for part in unpack(packed(CHANGES))) == len(CHANGES)


def test_an_empty_snapshot_has_no_parts() -> None:
    assert list(unpack(b"")) == []


def test_a_snapshot_that_is_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(unpack(packed(CHANGES)[:-9]))


def test_others_are_served_while_a_long_session_is_loaded(pair: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", -1)
    records = [{"id": number, "email": f"{number}@example.com"} for number in range(1, 6_001)]
    assert pair.admin(0, "PUT", "records?vendor=toy&kind=contacts", records[:3_000]).status_code == 200
    assert pair.admin(0, "PUT", "records?vendor=toy&kind=contacts", records[3_000:]).status_code == 200
    loaded = pair.apps[1].mock_app.sessions
    seen: set[int] = set()
    turns_of_others = 0

    async def load() -> None:
        nonlocal turns_of_others
        loading = asyncio.ensure_future(loaded.read(["default"]))
        while not loading.done():
            session = loaded.find("default")
            seen.add(-1 if session is None else session.store.count("toy/contacts"))
            turns_of_others += 1
            await asyncio.sleep(0)
        await loading

    pair.run(load())
    assert turns_of_others > len(records) // 500
    assert seen <= {-1, 6_000}  # never a part of it
    assert loaded.find("default").store.count("toy/contacts") == 6_000
