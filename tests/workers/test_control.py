"""The control API of several workers is one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.server.connections import CONTACTS, admin, creation, exchange, exchange_half_closed, journal, split
from tests.workers.serving import Workers, serving_workers

LAST = "Connection: close\r\n"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with serving_workers(3) as served:
        yield served


@pytest.fixture(autouse=True)
def _reset(workers: Workers) -> None:
    admin(workers.mocks, "POST", "reset")


def create(workers: Workers, session: str) -> None:
    assert exchange(workers.mocks, creation(session, further=LAST)).startswith(b"HTTP/1.1 201")


def create_soon(workers: Workers, *sessions: str) -> threading.Thread:
    """Create a contact in each session, 0.2 s from now and 0.1 s apart."""

    def run() -> None:
        for session in sessions:
            time.sleep(0.1)
            create(workers, session)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_request_about_one_session_works_at_the_port_of_another(workers: Workers) -> None:
    one, other = workers.session_of(1), workers.session_of(2)
    create(workers, other)
    url = admin(workers.mocks, "POST", "sessions", {"session": one})["url"]
    found = httpx.get(f"{url}/__admin/requests", params={"session": other}).json()
    assert [entry["session"] for entry in found["requests"]] == [other]


def test_the_next_session_is_made_ready_by_its_own_worker(workers: Workers) -> None:
    one, other = workers.session_of(1), workers.session_of(2)
    create(workers, one)
    closing = {"session": one, "close": True, "next": {"session": other}}
    url = admin(workers.mocks, "POST", "findings", closing)["next_url"]
    assert httpx.post(url + CONTACTS, json={"email": "ada@example.com"}, headers={"X-Key": "demo-key"}).is_success
    assert [entry["session"] for entry in journal(workers.mocks, other)] == [other]


def test_a_request_that_names_no_session_is_about_that_of_the_port(workers: Workers) -> None:
    one = workers.session_of(1)
    url = admin(workers.mocks, "POST", "sessions", {"session": one})["url"]
    create(workers, one)
    with httpx.Client(base_url=url) as client:
        assert client.get("/", headers={"X-Mock-Session": workers.session_of(2)}).is_success  # moves the connection
        assert [entry["session"] for entry in client.get("/__admin/requests").json()["requests"]] == [one]
        assert client.post("/__admin/reset").json() == {"reset": [one]}


def test_a_request_about_all_sessions_works_at_any_port(workers: Workers) -> None:
    names = [workers.session_of(worker, "any-port") for worker in (2, 0, 1)]
    for name in names:
        create(workers, name)
    url = admin(workers.mocks, "POST", "sessions", {"session": names[0]})["url"]
    found = httpx.get(f"{url}/__admin/requests", params={"session": "*"}).json()
    assert [entry["session"] for entry in found["requests"]] == names, "the order of their first use"
    verdict: dict[str, Any] = httpx.get(f"{url}/__admin/verdict", params={"session": "*"}).json()
    assert set(verdict["sessions"]) >= set(names)


def test_sessions_of_all_workers_keep_the_order_of_their_first_use(workers: Workers) -> None:
    names = [f"{workers.session_of(worker, prefix)}" for prefix in "xyz" for worker in (2, 0, 1)]
    for name in names:
        create(workers, name)
    entries = journal(workers.mocks, "*")
    assert [entry["session"] for entry in entries] == names
    newest = admin(workers.mocks, "GET", "requests?session=*&limit=4")
    assert [entry["session"] for entry in newest["requests"]] == names[-4:]
    assert newest["meta"]["total"] == len(names)


def test_waiting_for_a_session_of_another_worker(workers: Workers) -> None:
    session = workers.session_of(2)
    thread = create_soon(workers, session)
    found = admin(workers.mocks, "GET", f"requests?session={session}&wait_ms=60000")
    thread.join()
    assert found["meta"]["total"] == 1


def test_waiting_for_requests_to_all_workers_together(workers: Workers) -> None:
    sessions = [workers.session_of(worker) for worker in (1, 2, 0)]
    sessions.append(workers.session_of(1, "another"))
    thread = create_soon(workers, *sessions)
    began = time.monotonic()
    found = admin(workers.mocks, "GET", "requests?session=*&wait_ms=60000&count=4")
    thread.join()
    assert found["meta"]["total"] == 4
    assert time.monotonic() - began < 30


def test_waiting_for_all_workers_ends_in_time(workers: Workers) -> None:
    create(workers, workers.session_of(1))
    began = time.monotonic()
    found = admin(workers.mocks, "GET", "requests?session=*&wait_ms=200&count=2")
    assert found["meta"]["total"] == 1
    assert 0.15 < time.monotonic() - began < 30


@pytest.mark.parametrize("session", ["*", "one"])
def test_a_client_that_stops_waiting_leaves_nothing_behind(workers: Workers, session: str) -> None:
    name = workers.session_of(1) if session == "one" else session
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{workers.url}/__admin/requests?session={name}&wait_ms=60000&count=9", timeout=0.3)
    assert admin(workers.mocks, "GET", "requests?session=*")["meta"]["total"] == 0


@pytest.mark.parametrize("session", ["*", "own", "other"])
def test_a_client_that_closes_its_side_gets_what_there_is_at_once(workers: Workers, session: str) -> None:
    name = {"own": workers.session_of(0), "other": workers.session_of(1)}.get(session, session)
    create(workers, workers.session_of(0) if name == "*" else name)
    waiting = f"GET /__admin/requests?session={name}&wait_ms=600000&count=9 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    status, _, body = split(exchange_half_closed(workers.mocks, waiting.encode()))
    assert (status, json.loads(body)["meta"]["total"]) == (b"HTTP/1.1 200 OK", 1)


def test_a_body_that_is_no_object_is_refused(workers: Workers) -> None:
    for body in ("[1]", "{", '{"session": 1}', '{"session": "a b"}'):
        response = httpx.post(f"{workers.url}/__admin/clock", content=body)
        assert response.status_code == 400, response.text


def test_a_foreign_page_cannot_use_the_control_api_of_another_worker(workers: Workers) -> None:
    session = workers.session_of(1)
    response = httpx.get(f"{workers.url}/__admin/requests?session={session}", headers={"Origin": "http://evil.example"})
    assert response.status_code == 403


def test_the_sessions_of_all_workers_are_listed(workers: Workers) -> None:
    names = [workers.session_of(worker, "listed") for worker in range(workers.count)]
    for name in names:
        create(workers, name)
    listed = httpx.get(f"{workers.url}/__admin/sessions").json()["sessions"]
    assert [each["session"] for each in listed if each["requests"]] == names


def test_events_are_those_of_all_workers(workers: Workers) -> None:
    names = [workers.session_of(worker, "events") for worker in range(workers.count)]
    create(workers, names[0])
    with httpx.stream("GET", f"{workers.url}/__admin/events?session=*") as response:
        batches = (json.loads(line[6:])["entries"] for line in response.iter_lines() if line.startswith("data: "))
        assert [entry["session"] for entry in next(batches)] == names[:1]
        for name in names[1:]:
            create(workers, name)
        seen: list[str] = []
        while len(seen) < len(names) - 1:
            seen += [entry["session"] for entry in next(batches)]
    assert sorted(seen) == sorted(names[1:])


def test_a_one_time_link_works_whichever_worker_made_it() -> None:
    with serving_workers(2, admin_token="secret") as workers, httpx.Client(base_url=workers.url) as client:
        made = client.post("/__admin/ui/links", headers={"Authorization": "Bearer secret"}).json()["url"]
        assert [httpx.get(made).status_code for _ in range(2)] == [303, 403]


def test_the_har_of_all_sessions_has_those_of_all_workers(workers: Workers) -> None:
    names = [workers.session_of(worker, "har") for worker in range(3)]
    for name in names:
        create(workers, name)
    log = admin(workers.mocks, "GET", "requests/har?session=*")["log"]
    assert [entry["comment"] for entry in log["entries"]] == [f"{name}-1" for name in names]
    assert log["version"] == "1.2"
