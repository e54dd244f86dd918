"""`crm-mocks serve` as a process: output and exit."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

import crm_mocks
from crm_mocks.errors import UsageError
from crm_mocks.server.http_server import GRACE_SECONDS
from crm_mocks.server.mock_server import MockServer
from crm_mocks.server.ready_file import remove_ready_file
from crm_mocks.server.thread import Mocks
from tests.server.serving import COMMAND, STOP_SECONDS, Serving, any_vendor, first_path, refused, serving

SIGNALS = [signal.SIGTERM, signal.SIGINT]


def test_the_ready_line_has_the_local_url_and_the_ready_file_the_public_one(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    options = ("--public-url", "https://mocks.example/crm", "--ready-file", str(ready))
    with serving(*options) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert server.url.endswith("/crm")
        assert httpx.get(f"{server.url}/__admin/health").is_success
        assert json.loads(ready.read_bytes())["url"] == "https://mocks.example/crm"


def test_stdout_is_the_ready_line_and_stderr_is_silent() -> None:
    with serving() as mocks:
        httpx.get(f"{mocks.url}/")
        httpx.get(f"{mocks.url}/nowhere")
        _, _, out, err = mocks.stop()
    assert (out, err) == ("", "")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_it_with_exit_code_0(number: signal.Signals) -> None:
    with serving() as mocks:
        code, seconds, _, _ = mocks.stop(number)
    assert code == 0
    assert seconds < STOP_SECONDS


@pytest.mark.parametrize("number", SIGNALS)
def test_an_open_keep_alive_connection_does_not_delay_the_stop(number: signal.Signals) -> None:
    with serving() as mocks, httpx.Client() as client:
        assert client.get(f"{mocks.url}/").status_code == 200
        code, seconds, _, err = mocks.stop(number)
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


@contextmanager
def in_flight(mocks: Serving | Mocks, request: bytes = b"") -> Iterator[socket.socket]:
    """Send a request, one of an operation by default, and wait until the server has read it."""
    whole = f"GET {first_path(any_vendor())} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    port = int(mocks.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request or whole.encode())
        assert httpx.get(f"{mocks.url}/").status_code == 200  # the server reads what comes in this order
        yield connection


@pytest.mark.parametrize("number", SIGNALS)
def test_a_request_in_flight_does_not_delay_the_stop(number: signal.Signals) -> None:
    with serving("--set", f"{any_vendor()}.latency_ms=600000") as mocks, in_flight(mocks):
        code, seconds, _, err = mocks.stop(number)
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


def test_a_response_within_the_grace_period_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.server.http_server.GRACE_SECONDS", 60.0)
    with ExitStack() as stack:
        with crm_mocks.serve(any_vendor(), port=0, settings={f"{any_vendor()}.latency_ms": 100}) as mocks:
            connection = stack.enter_context(in_flight(mocks))
        assert connection.recv(65536).startswith(b"HTTP/1.1 ")


def test_a_response_that_comes_due_while_the_stop_is_held_up_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    close_listeners = MockServer._close_listeners

    async def hold_up(server: MockServer) -> None:
        await close_listeners(server)
        asyncio.get_running_loop().call_soon(time.sleep, 2 * GRACE_SECONDS)

    monkeypatch.setattr(MockServer, "_close_listeners", hold_up)
    with ExitStack() as stack:
        with crm_mocks.serve(any_vendor(), port=0, settings={f"{any_vendor()}.latency_ms": 200}) as mocks:
            connection = stack.enter_context(in_flight(mocks))
        assert connection.recv(65536).startswith(b"HTTP/1.1 ")


def test_an_incomplete_request_does_not_delay_the_stop() -> None:
    half = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
    with serving() as mocks, in_flight(mocks, half):
        code, seconds, _, err = mocks.stop()
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


def test_an_incomplete_handshake_does_not_delay_the_stop() -> None:
    with serving("--tls") as mocks, socket.create_connection(("127.0.0.1", mocks.port)):
        assert httpx.get(f"{mocks.url}/", verify=False).status_code == 200  # so the other connection was accepted
        code, seconds, _, err = mocks.stop()
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


def test_an_open_keep_alive_connection_under_tls_does_not_delay_the_stop() -> None:
    with serving("--tls") as mocks, httpx.Client(verify=False) as client:
        assert client.get(f"{mocks.url}/").status_code == 200
        code, seconds, _, err = mocks.stop()
    assert (code, err) == (0, "")
    assert seconds < STOP_SECONDS


def test_requests_are_served_when_the_log_is_not_read() -> None:
    with serving("--log", "text") as mocks:
        assert mocks.process.stderr is not None
        mocks.process.stderr.close()
        statuses = [httpx.get(f"{mocks.url}/nowhere").status_code for _ in range(3)]
        mocks.process.stderr = None
        assert statuses == [404, 404, 404]
        assert httpx.get(f"{mocks.url}/__admin/requests").json()["meta"]["total"] == 3
        assert mocks.stop()[0] == 0


def test_repeated_signals_do_not_change_the_exit_code() -> None:
    with serving() as mocks:
        for _ in range(3):
            mocks.process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        code, _, _, err = mocks.stop()
    assert (code, err) == (0, "")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_a_hangup_leaves_nothing_behind(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with serving("--tls", "--ready-file", str(ready), TMPDIR=str(tmp_path)) as mocks:
        assert len(list(tmp_path.iterdir())) == 2
        code, _, _, err = mocks.stop(signal.SIGHUP)
    assert (code, err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_the_ready_file_of_another_process_is_kept(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with serving("--ready-file", str(ready)) as mocks:
        ready.write_text('{"pid": 1}')
        mocks.stop()
    assert ready.exists()


def _is_starting(process: subprocess.Popen[str]) -> bool:
    """Return whether a process reads contracts, which it does with the handlers of a server."""
    return "jsonschema_rs" in Path(f"/proc/{process.pid}/maps").read_text()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_during_the_start_stops_it_too(number: signal.Signals) -> None:
    command = [*COMMAND, "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not _is_starting(process):
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out == "" or out.startswith("ready ")  # if this process was held up before it sent the signal


def test_the_server_adds_no_headers_of_its_own() -> None:
    with serving("--now", "2026-01-31T12:00:00Z") as mocks:
        headers = httpx.get(mocks.url + first_path(any_vendor())).headers
    assert "server" not in headers
    assert headers.get_list("date") == ["Sat, 31 Jan 2026 12:00:00 GMT"]


def test_the_ready_file_has_the_urls_of_the_mocks(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    with serving("--ready-file", str(path)) as mocks:
        ready = json.loads(path.read_text())
    assert ready["url"] == mocks.url
    assert ready["pid"] == mocks.process.pid
    assert ready["admin_token"] is None
    assert ready["ca_file"] is None
    assert ready["vendors"][any_vendor()]["url"] == mocks.url
    assert isinstance(ready["vendors"][any_vendor()]["credentials"], dict)


def test_only_the_owner_can_read_the_ready_file(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    with serving("--ready-file", str(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(tmp_path.iterdir()) == [path]


def test_the_ready_file_of_an_earlier_run_is_removed_if_the_start_fails(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("{}")
    refused("serve", any_vendor(), "--set", "nobody.x=1", "--port", "0", "--ready-file", str(path))
    assert not path.exists()


def test_a_ready_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    line = refused("serve", any_vendor(), "--port", "0", "--ready-file", str(tmp_path / "none" / "ready.json"))
    assert "cannot write the ready file" in line


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_ready_file_replaces_regular_files_only(tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / "ready", tmp_path / "target"
    target.write_text("kept")
    {"link": lambda: path.symlink_to(target), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}[kind]()
    before = path.lstat()
    with pytest.raises(UsageError, match="not a regular file"):
        remove_ready_file(path)
    assert path.lstat() == before
    assert target.read_text() == "kept"


def test_a_port_in_use_is_a_usage_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = refused("serve", "--port", str(taken.getsockname()[1]))
    assert "the port is in use" in line


def test_the_log_is_json_on_request() -> None:
    with serving("--log", "json") as mocks:
        httpx.get(f"{mocks.url}/nowhere%0A%1B[31m")
        _, _, _, err = mocks.stop()
    entry = json.loads(err)
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/nowhere\n\x1b[31m", 404)


def test_the_log_is_text_without_colours_on_request() -> None:
    with serving("--log", "text") as mocks:
        httpx.get(f"{mocks.url}/nowhere%0A%1B[31m")
        _, _, _, err = mocks.stop()
    assert re.search(r"^\d\d:\d\d:\d\d 404 +\S+ GET    /nowhere\\n\\x1b\[31m    no vendor$", err, re.MULTILINE), err
    assert err.count("\n") == 1


def test_a_host_that_is_not_loopback_gets_an_admin_token(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    with serving("--host", "0.0.0.0", "--ready-file", str(path)) as mocks:
        ready = json.loads(path.read_text())
        _, _, out, err = mocks.stop()
    assert ready["url"] == f"http://127.0.0.1:{mocks.port}"
    assert len(ready["admin_token"]) >= 24
    assert (out, err) == ("", f"admin token: {ready['admin_token']}\n")


def test_the_admin_token_can_be_set_in_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    with serving("--ready-file", str(path), CRM_MOCKS_ADMIN_TOKEN="let-me-in") as mocks:
        assert json.loads(path.read_text())["admin_token"] == "let-me-in"
        assert httpx.get(f"{mocks.url}/__admin/requests").status_code == 401
        assert httpx.get(f"{mocks.url}/__admin/health").status_code == 200
        given = {"Authorization": "Bearer let-me-in"}
        assert httpx.get(f"{mocks.url}/__admin/requests", headers=given).status_code == 200


def test_a_terminal_gets_a_banner_before_the_ready_line() -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [*COMMAND, "serve", any_vendor(), "--port", "0"]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, "NO_COLOR": "1"}) as process:
        os.close(theirs)
        shown = b""
        while b"ready http" not in shown:
            shown += os.read(ours, 65536)
        process.terminate()
    os.close(ours)
    assert process.returncode == 0
    text = shown.decode()
    assert f"/openapi/{any_vendor()}.json" in text
    assert "/__admin/health" in text
    assert "\x1b[3" not in text  # no colours
