"""The processes of the workers: start, end and options of `serve --workers`."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import httpx
import pytest

from crm_mocks.workers import processes
from tests.server.serving import COMMAND, STOP_SECONDS, refused_here, serving
from tests.vendor_registry.samples import CONTRACT
from tests.workers.serving import exists, serving_workers

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds child processes in /proc")


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def becomes_true(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_one_worker_needs_no_other_process() -> None:
    with serving("--workers", "1") as server:
        assert children(server.process.pid) == []


def test_the_server_has_as_many_processes_as_workers() -> None:
    with serving("--workers", "3") as server:
        assert len(children(server.process.pid)) == 2


def test_auto_is_the_number_of_cores() -> None:
    with serving("--workers", "auto") as server:
        assert len(children(server.process.pid)) == len(os.sched_getaffinity(0)) - 1


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "65", ""])
def test_a_wrong_number_is_refused(value: str) -> None:
    assert refused_here("serve", "--workers", value).endswith(
        f"'{value}' is not a number from 1 to 64, or auto for one worker per core."
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_workers_quickly(number: signal.Signals, tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with (
        serving("--workers", "3", "--ready-file", str(ready), "--tls", TMPDIR=str(tmp_path)) as server,
        httpx.Client(verify=False) as client,
    ):
        assert client.get(f"{server.url}/~some/").is_success
        url = client.post(f"{server.url}/__admin/sessions", json={"session": "some"}).json()["url"]
        assert client.get(f"{url}/").is_success
        others = children(server.process.pid)
        assert json.loads(ready.read_bytes())["pid"] == server.process.pid
        code, seconds, out, err = server.stop(number)
    assert (code, out, err) == (0, "", "")
    assert seconds < STOP_SECONDS
    assert not any(map(exists, others))
    assert list(tmp_path.iterdir()) == []


def test_a_signal_to_the_whole_group_stops_it_cleanly() -> None:
    with serving("--workers", "3") as server:
        for pid in children(server.process.pid):
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)
        time.sleep(0.1)
        code, _, out, err = server.stop(signal.SIGINT)
    assert (code, out, err) == (0, "", "")


def opened(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))


def test_a_request_in_another_worker_does_not_delay_the_stop() -> None:
    with serving_workers(3) as server, opened(server.url) as connection:
        name = server.session_of(1)
        httpx.post(
            f"{server.url}/__admin/responses",
            json={"session": name, "operation": "toy.createContact", "fault": "TIMEOUT", "times": None},
        )
        head = f"POST /~{name}/toy/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())
        httpx.get(f"{server.url}/__admin/requests?session={name}&wait_ms=60000")  # until it is held back
        code, seconds, err = server.stop()
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


@pytest.mark.parametrize("session", ["one", "*"])
def test_waiting_for_other_workers_does_not_delay_the_stop(session: str) -> None:
    with serving_workers(3) as server, opened(server.url) as connection:
        name = server.session_of(1) if session == "one" else session
        path = f"/__admin/requests?session={name}&wait_ms=60000"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert httpx.get(f"{server.url}/").is_success  # the server reads what comes in this order
        code, seconds, err = server.stop()
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_the_server_stops_with_exit_code_1_when_a_worker_dies(number: signal.Signals) -> None:
    with serving("--workers", "3") as server:
        first, second = children(server.process.pid)
        httpx.get(f"{server.url}/~some/")
        os.kill(second, number)
        out, err = server.process.communicate(timeout=60)
        assert server.process.returncode == 1
    assert out == ""
    assert err == (
        f"crm-mocks: worker 2 was ended by signal {number.value}: its sessions are lost, so the server has stopped\n"
    )
    assert not exists(first)


def test_the_other_workers_end_when_the_first_is_killed() -> None:
    with serving("--workers", "3") as server:
        others = children(server.process.pid)
        server.process.kill()
        server.process.wait()
        assert becomes_true(lambda: not any(map(exists, others)))
        with pytest.raises(ConnectionRefusedError):
            opened(server.url)


def test_the_log_has_the_requests_to_all_workers() -> None:
    with serving("--workers", "3", "--log", "json") as server:
        names = {f"s-{number}" for number in range(12)}
        for name in names:
            httpx.get(f"{server.url}/~{name}/nowhere")
        _, _, _, err = server.stop()
    assert {json.loads(line)["session"] for line in err.splitlines()} == names
    assert len(err.splitlines()) == len(names)


def test_a_changed_contract_is_served_by_all_workers(tmp_path: Path) -> None:
    contract = tmp_path / "their-crm.yaml"
    shutil.copy(CONTRACT, contract)
    command = [*COMMAND, "serve", str(contract), "--port", "0", "--workers", "3", "--reload"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            url = process.stdout.readline().split()[1]
            contract.write_text(contract.read_text().replace("  /contacts:\n", "  /people:\n"))
            while "was read again" not in (line := process.stderr.readline()):
                assert line
            statuses = {
                httpx.get(f"{url}/~s-{number}/people", headers={"X-Key": "demo-key"}).status_code for number in range(9)
            }
        finally:
            process.kill()
    assert statuses == {200}


def test_the_server_stops_with_another_process() -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other,
        serving("--workers", "2", "--end-with", str(other.pid)) as server,
    ):
        workers = children(server.process.pid)
        other.communicate(b"\n")
        assert server.process.wait(60) == 0
        assert not any(map(exists, workers))


def test_a_stop_that_is_held_up_kills_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = itertools.count(step=10)
    monkeypatch.setattr(processes, "time", SimpleNamespace(monotonic=lambda: next(moments), sleep=time.sleep))
    ending = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended = processes._reap([processes.ForkedWorker(1, ending.pid, Mock())])
    ending.returncode = ended[1]  # it is reaped
    assert ended == {1: 0}
