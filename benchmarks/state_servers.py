"""What a shared state needs under measurement: its server, processes of the mocks, and a proxy before them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STATE_PROGRAMS = ("valkey-server", "redis-server")
_START_SECONDS = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has taken."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="utf-8").split()[0]) for task in tasks) / 1e9


def memory_bytes(pid: int) -> int:
    """Return the memory that a process holds alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def _wait(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"nothing listens on port {port}")


@contextmanager
def _process(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def state_server(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a server for the state; yield its URL and process id."""
    program = next(filter(None, map(shutil.which, STATE_PROGRAMS)), None)
    if program is None:
        raise SystemExit(f"install one of {', '.join(STATE_PROGRAMS)}")
    port = free_port()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
    with _process([program, *options]) as process:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0", process.pid


class Mocks:
    """One process of the mocks on a port, which can be killed and replaced."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self._options = options
        self.start()

    def start(self) -> None:
        """Start the process; return when it is ready."""
        command = [sys.executable, "-m", "crm_mocks", "serve", "config_api", "-p", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--set", "config_api.rate_limit=off", *self._options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait(self.port)

    def kill(self) -> None:
        """End the process at once."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def control(self, method: str, path: str, body: object = None) -> bytes:
        """Send a request to the control API; return the body of the response."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/__admin/{path}", data, method=method)  # http
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=300) as response:  # as above
            content: bytes = response.read()
            return content


@contextmanager
def proxy(folder: Path, mocks: Sequence[Mocks]) -> Iterator[int]:
    """Start HAProxy before processes, each request to the next of them; yield its port."""
    program = shutil.which("haproxy")
    if program is None:
        raise SystemExit("install haproxy")
    port = free_port()
    servers = "\n".join(f"  server s{each.port} 127.0.0.1:{each.port} check inter 500 fall 3 rise 1" for each in mocks)
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        "global\n  maxconn 4000\ndefaults\n  mode http\n  retries 3\n  option redispatch 1\n"
        "  timeout connect 2s\n  timeout check 2s\n  timeout client 60s\n  timeout server 60s\n"
        f"frontend in\n  bind 127.0.0.1:{port}\n  default_backend mocks\n"
        f"backend mocks\n  balance roundrobin\n  option httpchk GET /__admin/ready\n"
        f"  http-check send hdr Host localhost\n{servers}\n"
    )
    with _process([program, "-f", str(configuration), "-db"]):
        _wait(port)
        time.sleep(1)
        yield port
