"""Commits, snapshots and keys of one session on the server."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from crm_mocks.state.shared.changes import encode_changes
from crm_mocks.state.shared.replies import Commit, LogPosition, Stored
from crm_mocks.state.shared.stored_sessions import StoredSessions
from tests.state.shared.conftest import Replicas
from tests.state.shared.server import StateServer


def commit(restarts: bool = False) -> Commit:
    return Commit(encode_changes([["count", "x", 1]], 0.0), restarts=restarts)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_commit_that_is_repeated_is_stored_once_whatever_others_have_done_since(
    pair: Replicas, restarts: bool
) -> None:
    mine, others = (StoredSessions(app.mock_app.shared.connection) for app in pair.apps)

    def stored(by: StoredSessions, position: LogPosition, change: Commit) -> Stored:
        outcome = pair.run(by.commit("default", position, change))
        assert isinstance(outcome, Stored)
        return outcome

    start = stored(mine, LogPosition(), commit()).position
    repeated = commit(restarts)
    first = stored(mine, start, repeated).position
    assert stored(mine, start, repeated).position == first
    latest = stored(others, first, commit()).position
    assert stored(mine, start, repeated).position == first
    pair.run(others.compact("default", latest, zlib.compress(b"snapshot")))
    assert stored(mine, start, repeated).position == first
    assert stored(others, latest, commit()).position.version == latest.version + 1


@pytest.mark.parametrize("key", ["meta", "log", "snapshot"])
def test_a_session_of_which_the_server_has_evicted_a_key_is_lost_as_a_whole(
    pair: Replicas, server: StateServer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("crm_mocks.state.shared.copy_updates._LOG_BYTES", 2000)
    for number in range(30):
        pair.create(number % 2, f"{number}@example.com")
    prefix = f"{pair.settings['state.prefix']}:{{default}}"
    assert server.command("LLEN", f"{prefix}:log")
    assert server.command("DEL", f"{prefix}:{key}") == 1
    pair.replace(1)
    assert pair.create(1, "0@example.com").json()["id"] == 1
    assert pair.create(0, "new@example.com").json()["id"] == 2
    (finding,) = pair.admin(1, "POST", "findings", {}).json()["findings"]
    assert finding["rule"] == "state-lost"


def test_a_session_whose_exchanges_were_evicted_goes_on(pair: Replicas, server: StateServer) -> None:
    pair.create(0)
    server.command("DEL", f"{pair.settings['state.prefix']}:{{default}}:journal")
    assert pair.create(1, "b@example.com").json()["id"] == 2
    assert pair.admin(0, "GET", "verdict").json()["exchanges"] == 2


def test_purge_leaves_a_longer_prefix_alone(replicas: Callable[..., Replicas], server: StateServer) -> None:
    pair = replicas()
    prefix = pair.settings["state.prefix"]
    longer = replicas(settings={"state.prefix": f"{prefix}:other"})
    pair.create(0)
    longer.create(0)
    before = server.command("KEYS", f"{prefix}:other:*")
    assert pair.run(pair.apps[0].mock_app.shared.connection.purge()) > 4
    assert sorted(server.command("KEYS", f"{prefix}:*")) == sorted(before)


@pytest.mark.parametrize("key", ["log", "journal"])
def test_a_commit_that_the_server_refuses_changes_nothing(pair: Replicas, server: StateServer, key: str) -> None:
    pair.create(0)
    prefix = f"{pair.settings['state.prefix']}:{{default}}"
    server.command("RENAME", f"{prefix}:{key}", f"{prefix}:kept")
    server.command("SET", f"{prefix}:{key}", "x")
    assert pair.create(0, "b@example.com").status_code == 503
    server.command("RENAME", f"{prefix}:kept", f"{prefix}:{key}")
    assert pair.create(1, "c@example.com").json()["id"] == 2
    assert pair.ids(0) == ["default-1", "default-2"]
