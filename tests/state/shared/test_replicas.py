"""Two mocks that share a state are one: whatever is done to one of them holds for the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_mocks.state.shared.connection import StateConnection
from tests.state.shared.conftest import CONTACTS, Replicas
from tests.state.shared.server import StateServer

OPERATION = "toy.createContact"


def test_a_record_of_one_is_known_to_the_other(pair: Replicas) -> None:
    assert pair.create(0).json()["id"] == 1
    assert pair.create(1).status_code == 409
    assert pair.create(1, "other@example.com").json()["id"] == 2
    assert pair.create(0, "third@example.com").json()["id"] == 3


def test_numbers_of_the_journal_have_no_gaps(pair: Replicas) -> None:
    for number in range(20):
        pair.create(number % 2, f"{number}@example.com")
    wanted = [f"default-{number}" for number in range(1, 21)]
    assert pair.ids(0) == wanted
    assert pair.ids(1) == wanted


def test_many_requests_at_once_are_each_counted_once(pair: Replicas) -> None:
    async def together() -> list[httpx.Response]:
        return await asyncio.gather(
            *(pair.clients[number % 2].post(CONTACTS, json={"email": f"{number}@example.com"}) for number in range(120))
        )

    responses = pair.run(together())
    assert {response.status_code: response.text for response in responses}.keys() == {201}, responses
    assert sorted(response.json()["id"] for response in responses) == list(range(1, 121))
    assert pair.ids(0) == pair.ids(1) == [f"default-{number}" for number in range(1, 121)]
    assert pair.admin(0, "GET", "verdict").json()["exchanges"] == 120


def test_each_queued_response_is_given_as_often_as_it_is_meant_to(pair: Replicas) -> None:
    for place, status in ((0, 418), (1, 429)):
        pair.admin(place, "POST", "responses", {"operation": OPERATION, "status": status, "times": 10})

    async def together() -> list[httpx.Response]:
        return await asyncio.gather(
            *(pair.clients[number % 2].post(CONTACTS, json={"email": f"{number}@example.com"}) for number in range(40))
        )

    statuses = [response.status_code for response in pair.run(together())]
    assert (statuses.count(418), statuses.count(429), statuses.count(201)) == (10, 10, 20)
    assert pair.admin(0, "GET", "responses").json() == {"responses": []}


def test_a_queue_is_seen_and_emptied_by_the_other(pair: Replicas) -> None:
    pair.admin(0, "POST", "responses", {"operation": OPERATION, "status": 418, "body": {"a": [2**40]}, "times": None})
    assert pair.admin(1, "GET", "responses").json()["responses"][0]["body"] == {"a": [2**40]}
    assert pair.create(1).status_code == 418
    assert pair.admin(0, "GET", "responses").json()["responses"][0]["used"] == 1
    assert pair.admin(1, "DELETE", "responses").json() == {"deleted": 1}
    assert pair.create(0).status_code == 201


def test_stubs_are_shared(pair: Replicas) -> None:
    pair.admin(0, "POST", "responses", {"method": "GET", "path": "/v1/{id}", "body": {"a": 1}, "times": 2})
    assert pair.send(1, "GET", "/v1/7").json() == {"a": 1}
    assert pair.send(0, "GET", "/v1/8").json() == {"a": 1}
    assert pair.send(1, "GET", "/v1/9").status_code == 404


def test_the_clock_is_shared(pair: Replicas) -> None:
    pair.admin(0, "POST", "clock", {"advance_seconds": 3600})
    assert pair.create(1).headers["date"] == "Sat, 31 Jan 2026 13:00:00 GMT"
    pair.admin(1, "POST", "clock", {"set": "2027-01-01T00:00:00Z"})
    assert pair.create(0).headers["date"] == "Fri, 01 Jan 2027 00:00:00 GMT"


def test_a_running_clock_is_that_of_the_server(replicas: Callable[..., Replicas], server: StateServer) -> None:
    pair = replicas(now=None)
    pair.admin(0, "POST", "clock", {"advance_seconds": 3600})
    pair.create(0)
    pair.create(1)
    before = int(server.command("TIME")[0])
    moments = [app.mock_app.sessions.find("default").clock.timestamp() - 3600 for app in pair.apps]
    after = int(server.command("TIME")[0]) + 1
    assert before - 1 <= min(moments) <= max(moments) <= after + 1  # the time of the server is estimated


def test_settings_are_shared(pair: Replicas) -> None:
    pair.admin(0, "PUT", "settings", {"toy.latency_ms": 7})
    assert pair.admin(1, "GET", "settings").json()["toy"]["latency_ms"] == 7


def test_allowed_mistakes_are_shared(pair: Replicas) -> None:
    pair.admin(0, "POST", "sessions", {"session": "mine", "allow": [f"{OPERATION}:400"]})
    pair.send(1, "POST", f"/~mine{CONTACTS}", json={})
    assert pair.admin(0, "GET", "verdict?session=mine").json()["verdict"] == "kept"
    assert pair.admin(1, "POST", "findings", {"session": "mine"}).json()["findings"] == []


def test_records_are_shared(pair: Replicas) -> None:
    pair.admin(0, "PUT", "records?vendor=toy&kind=contacts", {"id": 40, "email": "ada@example.com"})
    assert pair.create(1).status_code == 409
    assert pair.admin(1, "DELETE", "records?vendor=toy&kind=contacts&key=40").json() == {"deleted": 1}
    assert pair.create(0).status_code == 201


def test_who_waits_is_woken_by_a_request_to_the_other(pair: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.admin.shared_gateway._POLL_SECONDS", 3600.0)  # nothing else ends the wait

    async def scenario() -> httpx.Response:
        waiting = asyncio.ensure_future(pair.clients[0].get("/__admin/requests?wait_ms=60000&count=2"))
        await asyncio.sleep(0.2)
        for number in range(2):
            await pair.clients[1].post(CONTACTS, json={"email": f"{number}@example.com"})
        return await asyncio.wait_for(waiting, 50)

    assert pair.run(scenario()).json()["meta"]["total"] == 2


def test_the_verdict_on_all_sessions_has_those_of_the_other(pair: Replicas) -> None:
    pair.create(0, session="one")
    pair.create(1, session="two")
    assert pair.admin(0, "GET", "verdict?session=*").json()["exchanges"] == 2
    assert pair.admin(1, "GET", "requests?session=*").json()["meta"]["total"] == 2


def test_a_retry_before_retry_after_elapsed_is_noticed_by_the_other(replicas: Callable[..., Replicas]) -> None:
    pair = replicas(now=None)
    queued = {"operation": OPERATION, "status": 429, "headers": {"Retry-After": "60"}}
    pair.admin(0, "POST", "responses", queued)
    assert pair.create(0).status_code == 429
    assert pair.create(1).status_code == 201
    findings = pair.admin(0, "GET", "verdict").json()["findings"]
    assert [each["rule"] for each in findings] == ["retryAfter"]


def test_the_verdict_is_that_of_one_process(replicas: Callable[..., Replicas], toy_vendor: Any) -> None:
    """Members, enum values, findings and refusals, with ids and times."""

    def use(mocks: Replicas, places: int) -> Any:
        known = {"email": "a@example.com"}
        bodies: list[Any] = [known, {"email": 7}, {}, known, {"nickname": "x"}]
        for number, body in enumerate(bodies * 3):
            mocks.send(number % places, "POST", CONTACTS, json=body)
        mocks.send(0, "GET", "/nowhere")
        document = mocks.admin(places - 1, "GET", "verdict").json()
        return document, mocks.admin(0, "GET", "requests").json()

    (one, journal_of_one), (three, journal_of_three) = use(replicas(1), 1), use(replicas(3), 3)
    assert three == one
    for journal in (journal_of_one, journal_of_three):
        for entry in journal["requests"]:
            entry.pop("milliseconds")
    assert journal_of_three == journal_of_one


def test_a_replica_that_is_new_knows_everything(pair: Replicas) -> None:
    pair.admin(0, "PUT", "settings", {"toy.latency_ms": 1})
    pair.admin(0, "POST", "responses", {"operation": OPERATION, "status": 418})
    pair.send(0, "POST", CONTACTS, json={})
    pair.create(0)
    verdict = pair.admin(0, "GET", "verdict").json()
    pair.replace(1)
    assert pair.admin(1, "GET", "verdict").json() == verdict
    assert pair.create(1).status_code == 409


def test_a_snapshot_replaces_a_long_log(pair: Replicas, server: StateServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.state.shared.copy_updates._LOG_BYTES", 2000)
    pair.admin(0, "POST", "responses", {"operation": "toy", "example": "duplicate", "times": 100})
    for number in range(40):
        pair.create(number % 2, f"{number}@example.com")
    pair.admin(0, "DELETE", "responses")
    for number in range(40):
        pair.create(number % 2, f"{number}@example.com")
    prefix = f"{pair.settings['state.prefix']}:{{default}}"
    assert server.command("EXISTS", f"{prefix}:snapshot") == 1
    assert server.command("LLEN", f"{prefix}:log") < 80
    verdict = pair.admin(0, "GET", "verdict").json()
    pair.replace(1)
    assert pair.admin(1, "GET", "verdict").json() == verdict
    assert pair.create(1, "0@example.com").status_code == 409
    assert pair.create(1, "new@example.com").json()["id"] == 41
    assert pair.ids(1) == [f"default-{number}" for number in range(1, 83)]


def test_the_journal_is_bounded_and_its_statistics_are_exact(replicas: Callable[..., Replicas]) -> None:
    pair = replicas(settings={"state.journal_bytes": 20_000})
    for number in range(60):
        pair.create(number % 2, f"{number}@example.com")
    kept = pair.ids(1)
    assert 0 < len(kept) < 60
    assert kept[-1] == "default-60"
    assert pair.admin(0, "GET", "verdict").json()["exchanges"] == 60


def test_scripts_are_loaded_again_after_they_were_flushed(pair: Replicas, server: StateServer) -> None:
    pair.create(0)
    server.command("SCRIPT", "FLUSH")
    assert pair.create(1, "b@example.com").status_code == 201


def test_a_natural_request_takes_at_most_three_round_trips(pair: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = 0
    guarded = StateConnection.guarded

    async def counted(self: StateConnection, command: Any) -> Any:
        nonlocal trips
        trips += 1
        return await guarded(self, command)

    monkeypatch.setattr(StateConnection, "guarded", counted)
    taken = []
    for number, place in enumerate((0, 0, 1, 0, 1, 1, 1)):
        trips = 0
        pair.create(place, f"{number}@example.com")
        taken.append(trips)
    assert taken[1] == taken[-1] == 1  # nobody else has used the session since
    assert max(taken) <= 3


def test_pages_show_what_was_changed_at_the_other(pair: Replicas) -> None:
    pair.send(0, "GET", "/openapi/toy.json")
    pair.admin(1, "POST", "sessions", {"session": "default", "allow": ["toy"]})
    before = pair.apps[0].mock_app.sessions.find("default").allowed
    pair.send(0, "GET", "/openapi/toy.json")
    assert (before, pair.apps[0].mock_app.sessions.find("default").allowed) == ((), ("toy",))


def test_each_exchange_is_in_one_file_once(replicas: Callable[..., Replicas], tmp_path: Path) -> None:
    pair = replicas(1, journal=str(tmp_path / "one"))
    other = replicas(1, journal=str(tmp_path / "other"), settings=pair.settings)
    mocks = (pair, other)
    for number in range(10):
        mocks[number % 2].create(0, f"{number}@example.com")
    lines = [json.loads(line) for name in ("one", "other") for line in (tmp_path / name).read_text().splitlines()]
    written = [line["id"] for line in lines if "request" in line]
    assert len({line["run"] for line in lines}) == 1  # the sessions are the same
    assert sorted(written) == sorted(f"default-{number}" for number in range(1, 11))


def test_a_queued_response_that_one_removes_is_not_given_by_the_other(pair: Replicas) -> None:
    queued = {"operation": OPERATION, "status": 418}
    first, second = (pair.admin(0, "POST", "responses", queued).json()["id"] for _ in range(2))
    assert pair.admin(1, "DELETE", f"responses?id={first}").json() == {"deleted": 1}
    assert [each["id"] for each in pair.admin(0, "GET", "responses").json()["responses"]] == [second]


def test_an_entry_of_the_other_is_found_by_its_id(pair: Replicas) -> None:
    pair.create(0, session="my-own-2")
    assert pair.admin(1, "GET", "requests/entry?id=my-own-2-1").json()["id"] == "my-own-2-1"
