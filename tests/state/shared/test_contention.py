"""Many requests to one session at once, at one process or at several."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from crm_mocks.state.shared.replies import Busy, Commit, LogPosition, Missing
from crm_mocks.state.shared.steps import Step
from crm_mocks.state.shared.stored_sessions import StoredSessions
from tests.state.shared.conftest import CONTACTS, Replicas
from tests.state.shared.server import StateServer

REQUESTS = 200


def send_at_once(replicas: Replicas, count: int, first: int = 0, session: str = "default") -> list[httpx.Response]:
    async def together() -> list[httpx.Response]:
        clients = replicas.clients
        return await asyncio.gather(
            *(
                clients[number % len(clients)].post(f"/~{session}{CONTACTS}", json={"email": f"{number}@example.com"})
                for number in range(first, first + count)
            )
        )

    return replicas.run(together())


def scripts_run(server: StateServer) -> int:
    statistics: dict[str, Any] = server.command("INFO", "commandstats")
    return sum(int(each["calls"]) for name, each in statistics.items() if name in ("cmdstat_evalsha", "cmdstat_eval"))


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_requests_that_wait_for_a_session_are_stored_together(
    replicas: Callable[..., Replicas], server: StateServer, processes: int
) -> None:
    mocks = replicas(processes)
    before = scripts_run(server)
    responses = send_at_once(mocks, REQUESTS)
    assert [each.text for each in responses if each.status_code != 201] == []
    assert sorted(each.json()["id"] for each in responses) == list(range(1, REQUESTS + 1))
    assert scripts_run(server) - before < REQUESTS / 2
    wanted = [f"default-{number}" for number in range(1, REQUESTS + 1)]
    assert all(mocks.ids(place) == wanted for place in range(processes))


def test_three_processes_that_are_always_busy_with_a_session_get_equal_shares(
    replicas: Callable[..., Replicas],
) -> None:
    mocks = replicas(3)
    answered: list[int] = []

    async def client(place: int) -> None:
        while len(answered) < 600:
            response = await mocks.clients[place].get(CONTACTS)
            assert response.status_code < 500
            answered.append(place)

    async def all_of_them() -> None:
        await asyncio.gather(*(client(number % 3) for number in range(24)))

    mocks.run(all_of_them())
    shares = Counter(answered)
    assert min(shares.values()) * 2 > max(shares.values()), shares


def test_a_queued_response_is_taken_once_by_requests_that_are_stored_together(pair: Replicas) -> None:
    pair.admin(0, "POST", "responses", {"operation": "toy.createContact", "status": 418, "times": 7})
    assert Counter(each.status_code for each in send_at_once(pair, 100)) == {418: 7, 201: 93}


def test_of_equal_requests_that_are_stored_together_one_succeeds(replicas: Callable[..., Replicas]) -> None:
    pair = replicas(settings={"toy.latency_ms": 20})

    async def together() -> list[httpx.Response]:
        return await asyncio.gather(
            *(pair.clients[number % 2].post(CONTACTS, json={"email": "a@example.com"}) for number in range(20))
        )

    assert Counter(each.status_code for each in pair.run(together())) == {201: 1, 409: 19}


def test_a_step_that_fails_leaves_the_others_as_they_are(pair: Replicas) -> None:
    sessions = pair.apps[0].mock_app.shared.sessions

    async def fail() -> None:
        sessions.get("default").change_settings({"toy.latency_ms": 9})
        raise ValueError("wrong")

    async def together() -> list[Any]:
        requests = [pair.clients[0].post(CONTACTS, json={"email": f"{number}@example.com"}) for number in range(6)]
        return await asyncio.gather(*requests[:3], sessions.run("default", fail), *requests[3:], return_exceptions=True)

    results = pair.run(together())
    assert isinstance(results.pop(3), ValueError)
    assert [each.status_code for each in results] == [201] * 6
    assert pair.admin(1, "GET", "settings").json()["toy"]["latency_ms"] == 0
    assert len(pair.ids(1)) == 6


def test_a_request_that_is_cancelled_has_no_other_run_twice(pair: Replicas) -> None:
    sessions = pair.apps[0].mock_app.shared.sessions
    stored = sessions.transactions._commits._stored
    commit = stored.commit
    runs = 0

    async def count() -> None:
        nonlocal runs
        runs += 1
        sessions.get("default").change_settings({"toy.latency_ms": runs})

    async def scenario() -> list[Any]:
        steps = [asyncio.ensure_future(sessions.run("default", count)) for _ in range(3)]

        async def commit_and_cancel(*arguments: Any) -> Any:
            outcome = await commit(*arguments)
            steps[0].cancel()
            await asyncio.sleep(0)
            return outcome

        stored.commit = commit_and_cancel
        try:
            return await asyncio.gather(*steps, return_exceptions=True)
        finally:
            stored.commit = commit

    outcomes = pair.run(scenario())
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert runs == 3
    assert pair.admin(1, "GET", "settings").json()["toy"]["latency_ms"] == 3


def test_a_reset_of_all_names_every_session_after_a_conflict(pair: Replicas) -> None:
    for session in ("one", "two"):
        pair.create(0, session=session)
    stored = pair.apps[0].mock_app.shared.sessions.transactions._commits._stored
    commit = stored.commit
    commits: list[str] = []

    async def commit_late(name: str, *arguments: Any) -> Any:
        commits.append(name)
        if commits == ["one", "two"]:  # another process is faster
            await pair.clients[1].post(f"/~two{CONTACTS}", json={"email": "faster@example.com"})
        return await commit(name, *arguments)

    stored.commit = commit_late
    try:
        response = pair.admin(0, "POST", "reset")
    finally:
        stored.commit = commit
    assert commits == ["one", "two", "two"]
    assert response.json() == {"reset": ["one", "two"]}
    assert pair.admin(1, "GET", "sessions").json() == {"sessions": []}


def milliseconds(server: StateServer) -> int:
    seconds, microseconds = server.command("TIME")
    return int(seconds) * 1000 + int(microseconds) // 1000


def test_a_process_that_dies_at_the_head_of_the_line_delays_others_by_half_a_second(
    pair: Replicas, server: StateServer
) -> None:
    pair.create(0)
    stored = StoredSessions(pair.apps[1].mock_app.shared.connection)
    outdated = LogPosition("other", 1, "x" * 16)
    before = milliseconds(server)
    reply = pair.run(stored.commit("default", outdated, Commit(b"", (), queues=True)))
    assert isinstance(reply, Missing)
    until = int(server.command("HGET", f"{pair.settings['state.prefix']}:{{default}}:meta", "line_until"))
    assert before + 500 <= until <= milliseconds(server) + 500
    assert pair.create(0, "b@example.com").status_code == 201
    assert milliseconds(server) >= until


def test_who_finds_a_line_stands_in_it_in_order(replicas: Callable[..., Replicas], server: StateServer) -> None:
    mocks = replicas(3)
    mocks.create(0)
    line = [StoredSessions(app.mock_app.shared.connection) for app in mocks.apps]

    def places() -> list[int]:
        meta = f"{mocks.settings['state.prefix']}:{{default}}:meta"
        server.command("HSET", meta, "line_until", milliseconds(server) + 600_000)  # its head may take its time
        found = [mocks.run(each.pull("default", LogPosition(), stands_aside=True)) for each in line]
        return [each.place if isinstance(each, Busy) else 0 for each in found]

    mocks.run(line[2].commit("default", LogPosition("other", 1, "x" * 16), Commit(b"", (), queues=True)))
    assert places() == [1, 2, 0]
    mocks.run(line[2].pull("default", LogPosition(), stands_aside=False))  # it leaves
    assert places() == [0, 1, 2]


def test_the_result_of_a_step_that_failed_is_its_error() -> None:
    async def nothing() -> None:
        pass

    step = Step(nothing)
    step.fail(KeyError("x"))
    assert step.is_done
    with pytest.raises(KeyError):
        _ = step.result
