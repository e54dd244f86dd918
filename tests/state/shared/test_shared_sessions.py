"""Sessions that replicas share: opened, listed, closed, reset, limited and expired by any of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from crm_mocks.asgi.rejected_request import RejectedRequest
from tests.state.shared.conftest import CONTACTS, Replicas, wait_until
from tests.state.shared.server import StateServer


def test_a_reset_holds_for_both(pair: Replicas) -> None:
    pair.create(0)
    pair.create(1, "b@example.com")
    assert pair.admin(0, "POST", "reset", {"session": "default"}).json() == {"reset": ["default"]}
    assert pair.admin(1, "GET", "requests").json()["meta"]["total"] == 0
    assert pair.create(1).json()["id"] == 1
    assert pair.ids(0) == ["default-1"]


def test_a_reset_of_all_reaches_sessions_of_the_other(pair: Replicas) -> None:
    pair.create(0, session="one")
    pair.create(1, session="two")
    assert pair.admin(0, "POST", "reset", {}).json() == {"reset": ["one", "two"]}
    assert pair.create(0, session="two").status_code == 201


def test_a_closed_session_keeps_its_journal_and_loses_its_records(pair: Replicas) -> None:
    pair.create(0, session="mine")
    assert pair.admin(1, "DELETE", "sessions?session=mine").json() == {"closed": "mine"}
    assert pair.ids(0, "mine") == ["mine-1"]
    assert pair.create(0, session="mine").status_code == 201
    assert pair.ids(1, "mine") == ["mine-1", "mine-2"]


def test_generated_names_differ(pair: Replicas) -> None:
    names = [pair.admin(place, "POST", "sessions", {}).json()["session"] for place in (0, 1, 0)]
    assert len(set(names)) == 3


def test_a_session_has_a_prefix_rather_than_a_port(pair: Replicas) -> None:
    assert pair.admin(0, "POST", "sessions", {"session": "a"}).json()["url"].endswith("/~a")


def test_all_keys_of_a_session_expire(replicas: Callable[..., Replicas], server: StateServer) -> None:
    pair = replicas(settings={"state.session_ttl": 3600})
    pair.create(0)
    keys = server.command("KEYS", f"{pair.settings['state.prefix']}:{{default}}*")
    assert len(keys) == 3
    assert all(0 < server.command("PTTL", key) <= 3_600_000 for key in keys)


def test_a_session_that_has_expired_is_new(replicas: Callable[..., Replicas], server: StateServer) -> None:
    pair = replicas(settings={"state.session_ttl": 2})
    pair.create(0)
    wait_until(pair, lambda: not server.command("KEYS", f"{pair.settings['state.prefix']}:{{default}}*"))
    assert pair.create(1).json()["id"] == 1
    assert pair.ids(0) in (["default-1"], [])  # the latter on a slow machine, where it has expired again
    assert pair.admin(0, "POST", "findings", {}).json()["findings"] == []


def test_a_session_that_expires_after_it_was_only_read_is_not_lost(
    replicas: Callable[..., Replicas], server: StateServer
) -> None:
    pair = replicas(settings={"state.session_ttl": 3})
    pair.create(0)
    pattern = f"{pair.settings['state.prefix']}:{{default}}*"

    def remaining(key: bytes) -> int:
        milliseconds: int = server.command("PTTL", key)
        return milliseconds

    wait_until(pair, lambda: min(map(remaining, server.command("KEYS", pattern)), default=0) < 1000)
    assert pair.ids(1) in (["default-1"], [])  # the latter on a slow machine; reading does not extend its life
    wait_until(pair, lambda: not server.command("KEYS", pattern))
    assert pair.create(1).json()["id"] == 1
    assert pair.admin(1, "POST", "findings", {}).json()["findings"] == []


def test_the_message_about_an_unknown_session_names_those_of_the_other(pair: Replicas) -> None:
    pair.create(1, session="checkout")
    response = pair.admin(0, "GET", "verdict?session=chekout")
    assert response.status_code == 404
    assert "there are checkout" in response.json()["detail"]


def test_all_sessions_are_none_after_a_reset_at_the_other(pair: Replicas) -> None:
    pair.create(1)
    assert pair.admin(1, "GET", "requests?session=*").json()["meta"]["total"] == 1
    pair.admin(0, "POST", "reset", {})
    assert pair.admin(1, "GET", "requests?session=*").json()["meta"]["total"] == 0
    assert pair.admin(1, "GET", "verdict?session=*").json()["exchanges"] == 0


def test_a_reset_of_all_knows_that_the_other_has_reset_a_session(pair: Replicas) -> None:
    pair.create(0, session="one")
    assert pair.admin(1, "POST", "reset", {}).json() == {"reset": ["one"]}
    assert pair.admin(0, "POST", "reset", {}).json() == {"reset": []}


def test_all_sessions_are_listed_in_the_order_of_their_opening(pair: Replicas) -> None:
    now = time.monotonic()
    pair.apps[0].mock_app.shared.connection.time.measure(2e9, now, now)  # it takes the server to be ahead
    pair.create(0, session="one")
    pair.create(1, session="two")
    assert [each["session"] for each in pair.admin(0, "GET", "sessions").json()["sessions"]] == ["one", "two"]


def test_a_session_without_a_name_is_made_whatever_the_header_says(pair: Replicas) -> None:
    response = pair.send(0, "POST", "/__admin/sessions", json={}, headers={"X-Mock-Session": "mine"})
    assert response.json()["session"] == "session-1"


def test_the_session_without_a_name_does_not_count_towards_the_limit(replicas: Callable[..., Replicas]) -> None:
    pair = replicas(settings={"host.sessions": 1})
    assert pair.create(0, session="one").status_code == 201
    assert pair.create(0, session="two").status_code == 400
    assert pair.create(0).status_code == 201


def test_the_limit_of_sessions_holds_for_all_processes_together(replicas: Callable[..., Replicas]) -> None:
    mocks = replicas(3, settings={"host.sessions": 6})
    statuses = [mocks.create(number % 3, session=f"s{number}").status_code for number in range(12)]
    assert statuses.count(201) <= 6 + 2  # a process learns of the others when it opens a session
    assert statuses[9:] == [400] * 3


def test_all_sessions_are_listed_however_many_are_closed(replicas: Callable[..., Replicas]) -> None:
    pair = replicas(settings={"host.sessions": 2})
    names = [f"s{number}" for number in range(9)]
    for name in names:
        assert pair.create(0, session=name).status_code == 201
        pair.admin(0, "DELETE", f"sessions?session={name}")
    for place in (0, 1):
        listed = pair.admin(place, "GET", "sessions").json()["sessions"]
        assert [each["session"] for each in listed] == names
    assert pair.admin(1, "GET", "verdict?session=*").json()["exchanges"] == 9
    assert pair.admin(1, "POST", "reset", {}).json() == {"reset": names}


def test_a_rejected_request_beyond_the_limit_of_sessions_is_journalled_in_the_default_one(
    replicas: Callable[..., Replicas],
) -> None:
    pair = replicas(settings={"host.sessions": 1})
    pair.create(0, session="one")
    app = pair.apps[0]
    rejected = RejectedRequest(1, ("headers",), "malformed", 400, path="/~two/x")

    async def record() -> None:
        app.record_rejected(rejected)
        await app.mock_app.shared.sessions.stop()

    pair.run(record())
    assert pair.ids(1) == ["default-1"]


def test_a_session_that_another_process_makes_while_it_is_looked_for_is_closed(pair: Replicas) -> None:
    sessions = pair.apps[0].mock_app.shared.sessions
    read_all = sessions.read_all

    async def make_and_read(**options: Any) -> None:
        await pair.clients[1].post(f"/~late{CONTACTS}", json={"email": "ada@example.com"})
        await read_all(**options)

    sessions.read_all = make_and_read
    response = pair.admin(0, "POST", "findings", {"session": "late", "close": True})
    assert (response.status_code, response.json()["findings"]) == (200, [])
