"""The event stream of the live page of a mock that shares its state."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import crm_mocks
from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.admin.test_events import Reader, send, statuses
from tests.state.shared.conftest import PATIENT
from tests.state.shared.server import StateServer


@pytest.fixture
def pair(server: StateServer, toy_vendor: Vendor) -> Iterator[list[Mocks]]:
    settings = {"state.prefix": f"test-{uuid.uuid4().hex}", **PATIENT}
    options: dict[str, Any] = {"port": 0, "seed": 1, "state": server.url, "settings": settings}
    with crm_mocks.serve([toy_vendor], **options) as one, crm_mocks.serve([toy_vendor], **options) as other:
        yield [one, other]


@pytest.fixture
def read() -> Iterator[Callable[..., Reader]]:
    made: list[Reader] = []

    def read(*arguments: Any, **headers: str) -> Reader:
        made.append(Reader(*arguments, **headers))
        return made[-1]

    yield read
    for each in made:
        each.close()


def test_a_stream_has_the_entries_of_all_processes(pair: list[Mocks], read: Callable[..., Reader]) -> None:
    send(pair[1])
    stream = read(pair[0])
    batch = stream.next()
    assert (batch["first"], statuses(batch)) == (True, [201])
    send(pair[1])
    assert statuses(stream.next()) == [409]
    send(pair[0], "other@example.com")
    assert statuses(stream.next()) == [201]


def test_a_stream_of_all_sessions_has_those_that_begin_later(pair: list[Mocks], read: Callable[..., Reader]) -> None:
    stream = read(pair[0], "?session=*")
    assert stream.next()["entries"] == []
    send(pair[1], session="later")
    assert [entry["id"] for entry in stream.next()["entries"]] == ["later-1"]


def test_a_stream_that_is_resumed_at_another_process_continues(pair: list[Mocks], read: Callable[..., Reader]) -> None:
    send(pair[0])
    first = read(pair[0])
    first.next()
    send(pair[0])
    resumed = read(pair[1], **{"Last-Event-ID": first.last_id})
    assert [entry["id"] for entry in resumed.next()["entries"]] == ["default-2"]


def test_a_stream_outlasts_a_state_that_is_away(
    own_server: StateServer, toy_vendor: Vendor, read: Callable[..., Reader]
) -> None:
    with crm_mocks.serve([toy_vendor], port=0, seed=1, state=own_server.url, settings=PATIENT) as mocks:
        stream = read(mocks)
        assert stream.next()["entries"] == []
        own_server.stop()
        own_server.start()
        send(mocks)
        while not (batch := stream.next())["entries"]:
            send(mocks)
        assert batch["entries"][0]["operation"] == "toy.createContact"
