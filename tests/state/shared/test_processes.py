"""Processes of `crm-mocks serve --state`, one of which may die at any time."""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.state.shared.conftest import PATIENT
from tests.state.shared.server import StateServer
from tests.vendors.config_api.causes import lead

KEY = {"x-api-key": "demo-key"}


class Process:
    """One process of the mocks."""

    def __init__(self, folder: Path, *options: str) -> None:
        ready = folder / f"ready-{uuid.uuid4().hex}.json"
        command = [sys.executable, "-m", "crm_mocks", "serve", "config_api", "--port", "0", "--ready-file", str(ready)]
        self.popen = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.monotonic() + 60
        while not ready.exists():
            assert self.popen.poll() is None, self.popen.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        self.url = json.loads(ready.read_text())["url"]

    def request(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        return httpx.request(method, f"{self.url}{path}", timeout=60, **keywords)

    def end(self, number: int = signal.SIGTERM) -> None:
        os.kill(self.popen.pid, number)
        self.popen.communicate(timeout=60)


@pytest.fixture
def start(server: StateServer, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    prefix = f"test-{uuid.uuid4().hex}"
    made: list[Process] = []

    def make(*options: str) -> Process:
        settings = {"state.prefix": prefix, **PATIENT}
        given = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        made.append(Process(tmp_path, "--state", server.url, "--seed", "1", *given, *options))
        return made[-1]

    yield make
    for each in made:
        if each.popen.poll() is None:
            each.end(signal.SIGKILL)


def test_two_processes_give_the_same_bytes(start: Callable[..., Process]) -> None:
    now = ("--now", "2026-01-31T12:00:00Z")
    one, other = start(*now), start(*now)

    def answers(session: str, *processes: Process) -> list[tuple[int, bytes, Any]]:
        found = [each.request("POST", f"/~{session}/v1/leads/create", headers=KEY, json=lead()) for each in processes]
        found += [each.request("GET", f"/~{session}/v1/leads/config", headers=KEY) for each in processes]
        return [(each.status_code, each.content, each.headers.raw) for each in found]

    both = answers("same", one, other, one)
    one.request("POST", "/__admin/reset", json={"session": "same"})
    assert answers("same", other, other, other) == both
    one.end()
    other.end()


def test_a_claim_is_held_while_its_response_is_delayed(start: Callable[..., Process]) -> None:
    one, other = start(), start()
    for delay in (4_000, 16_000, 64_000):
        config_lead = lead(f"{delay}@example.com")
        one.request("PUT", "/__admin/settings", json={"config_api.latency_ms": delay})
        with concurrent.futures.ThreadPoolExecutor() as pool:
            first = pool.submit(one.request, "POST", "/v1/leads/create", headers=KEY, json=config_lead)
            filter_ = "wait_ms=60000&operation=config_api.createLead"
            other.request("GET", f"/__admin/requests?{filter_}")  # it is journalled before the delay
            other.request("PUT", "/__admin/settings", json={"config_api.latency_ms": 0})
            second = other.request("POST", "/v1/leads/create", headers=KEY, json=config_lead)
            is_held = not first.done()
            assert first.result().status_code == 200
        other.request("POST", "/__admin/reset", json={})
        if is_held:  # else this machine was busy with other things for longer than the delay
            break
    assert (is_held, second.status_code) == (True, 409)
    one.end()
    other.end()


def test_a_killed_process_leaves_nothing_half_done(start: Callable[..., Process]) -> None:
    one, other = start(), start()
    answered: list[str] = []

    def send(number: int) -> None:
        try:
            response = one.request("GET", "/v1/leads/config", headers=KEY)
        except httpx.HTTPError:
            return
        if response.status_code == 200:
            answered.append(str(number))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(send, number) for number in range(300)]
        time.sleep(0.5)
        one.end(signal.SIGKILL)
        concurrent.futures.wait(futures)
    journal = other.request("GET", "/__admin/requests").json()
    numbers = [int(each["id"].rpartition("-")[2]) for each in journal["requests"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(answered) <= len(numbers) <= len(answered) + 8
    assert other.request("GET", "/__admin/verdict").json()["exchanges"] == len(numbers)
    other.end()


def test_a_process_stops_when_it_is_terminated(start: Callable[..., Process]) -> None:
    process = start()
    process.request("GET", "/v1/leads/config", headers=KEY)
    process.end()
    assert process.popen.returncode == 0


def test_requests_that_are_not_http_are_journalled(start: Callable[..., Process]) -> None:
    import socket

    one, other = start(), start()
    host, port = one.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET / HTTP/9.9\r\n\r\n")
        connection.recv(1000)
    end = time.monotonic() + 60
    while other.request("GET", "/__admin/requests?wait_ms=1000").json()["meta"]["total"] < 1:
        assert time.monotonic() < end
    one.end()
    other.end()


def test_purge_removes_everything(start: Callable[..., Process], server: StateServer) -> None:
    process = start()
    process.request("GET", "/v1/leads/config", headers=KEY)
    prefix = next(each for each in process.popen.args if "state.prefix=" in str(each)).partition("=")[2]  # type: ignore[union-attr]  # started with a list
    process.end()
    command = [sys.executable, "-m", "crm_mocks", "state", "purge", "--state", server.url, "--prefix", prefix]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("removed ")
    assert server.command("KEYS", f"{prefix}*") == []


def test_a_state_that_is_away_ends_the_start_with_2() -> None:
    command = [sys.executable, "-m", "crm_mocks", "serve", "config_api", "-p", "0", "--state"]
    done = subprocess.run(
        [*command, "redis://u:secret@127.0.0.1:1", "--state-wait", "0.5"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr


_SERVE = (sys.executable, "-m", "crm_mocks", "serve", "config_api", "-p", "0", "--state-wait", "60", "--state")
_CREATE = (
    sys.executable,
    "-c",
    "import sys, crm_mocks; crm_mocks.create_app(['config_api'], state=sys.argv[1], state_wait=60)",
)


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [(_SERVE, signal.SIGTERM, 0), (_SERVE, signal.SIGINT, 0), (_CREATE, signal.SIGINT, -signal.SIGINT)],
)
def test_a_stop_ends_the_wait_for_a_state_that_does_not_reply(
    command: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        waiting = subprocess.Popen([*command, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        silent.settimeout(60)
        with silent.accept()[0]:
            waiting.send_signal(number)
            try:
                waiting.communicate(timeout=60)
            finally:
                waiting.kill()
    assert waiting.returncode == code


@pytest.mark.parametrize("option", [("--workers", "2"), ("--reload",)])
def test_what_only_one_process_can_do_is_refused(option: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "crm_mocks", "serve", "config_api", "-p", "0", "--state", "redis://127.0.0.1:1"]
    done = subprocess.run([*command, *option], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{option[0]} and --state exclude each other" in done.stderr
