"""A long journal of a shared session is read from the server in parts."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.state.shared import copy_updates
from crm_mocks.state.shared.stored_sessions import StoredSessions
from tests.state.shared.conftest import Replicas

ENTRY_BYTES = 8_000
COUNT = 60


def test_a_long_journal_is_read_and_sent_in_parts(pair: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_updates, "JOURNAL_BYTES", 20 * ENTRY_BYTES)
    sizes: list[int] = []
    read_journal = StoredSessions.read_journal

    async def counting(*arguments: Any) -> Any:
        first, total, entries = await read_journal(*arguments)
        sizes.append(sum(map(len, entries)))
        return first, total, entries

    monkeypatch.setattr(StoredSessions, "read_journal", counting)
    for number in range(COUNT):
        pair.create(0, f"{number}@{'x' * (ENTRY_BYTES // 2)}.example.com")
    response = pair.admin(1, "GET", "requests")
    assert "content-length" not in response.headers
    assert [entry["id"] for entry in response.json()["requests"]] == [f"default-{n}" for n in range(1, COUNT + 1)]
    assert len(sizes) > 3
    assert max(sizes) < 21 * ENTRY_BYTES
