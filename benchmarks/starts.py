"""What is left of starts and stops in the middle of requests: `python -m benchmarks.starts`.

A thousand in threads of this process, on both kinds of event loop, some with TLS and with ports of sessions, and fifty
of the command. Each is stopped while clients are idle, in the middle of a head or a body, or wait for their answers.
Exit code 1 if a file, socket, thread or temporary directory is left, memory grows, or a process does not end by itself
with exit code 0 within the second that is promised.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import crm_mocks
from benchmarks import payload

_FDS = Path("/proc/self/fd")
_WARM = 200
"""Rounds before anything is counted: imports, and caches of a bounded number of things, come with the first."""

_GROWTH_KB = 5.0
"""Most kilobytes that memory may grow by with each start: equal runs differ by half of it; a start kept is far more."""

_STOP_SECONDS = 1.0


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    files: int
    sockets: int
    threads: int
    directories: int
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.files} files, {self.sockets} of them sockets, {self.threads} threads, "
            f"{self.directories} temporary directories, {self.megabytes:.1f} MB"
        )


def held() -> Held:
    """Count what this process holds."""
    gc.collect()
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)  # what the allocator keeps for later is no leak
    files = [_link(each) for each in _FDS.iterdir()]
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = int(status.partition("VmRSS:")[2].split()[0])
    return Held(
        sum(1 for each in files if each),
        sum(each.startswith("socket:") for each in files),
        threading.active_count(),
        _directories(),
        kilobytes / 1024,
    )


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # the directory's own, which is closed by now
        return ""


def _directories() -> int:
    return sum(1 for _ in Path(tempfile.gettempdir()).glob("crm-mocks-*"))


def _request(body: bytes, *, further: str = "") -> bytes:
    return (
        f"POST {payload.path()} HTTP/1.1\r\nHost: localhost\r\nx-api-key: {payload.KEY}\r\n"
        f"Content-Type: application/json\r\n{further}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def unfinished(number: int) -> list[bytes]:
    """Return what clients have sent when the stop comes."""
    whole = _request(payload.encoded(number))
    large = _request(b'{"notes": "%s"}' % (b"x" * 200_000))
    slow = _request(payload.encoded(number + 1), further="X-Mock-Session: slow\r\n")
    return [b"", whole[:20], whole[:-10], whole, whole * 20, large, large[:-1000], slow]


@contextmanager
def _asyncio_only(*, wanted: bool) -> Iterator[None]:
    """Have servers take asyncio's own event loop, as where uvloop is not installed."""
    if not wanted:
        yield
        return
    before = sys.modules.get("uvloop")
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # what has imports of it fail
    try:
        yield
    finally:
        sys.modules.pop("uvloop")
        if before is not None:
            sys.modules["uvloop"] = before


def start_and_stop(number: int) -> None:
    """Start the mocks in a thread, and stop them in the middle of requests."""
    tls = number % 10 == 0
    with (
        ExitStack() as clients,
        _asyncio_only(wanted=number % 2 == 1),
        crm_mocks.serve(port=0, seed=number, tls=tls) as mocks,
    ):
        mocks.mock_app.sessions.get("slow").change_settings({f"{payload.VENDOR}.latency_ms": 60_000})
        urls = [mocks.url, mocks.session_url("mine")]
        trust = ssl.create_default_context(cafile=mocks.ca_file) if mocks.ca_file else None
        for place, sent in enumerate(unfinished(number)):
            clients.enter_context(_connected(urls[place % 2], trust)).sendall(sent)


def _connected(url: str, trust: ssl.SSLContext | None) -> socket.socket:
    parts = urlsplit(url)
    plain = socket.create_connection((parts.hostname, parts.port), timeout=10)
    return plain if trust is None else trust.wrap_socket(plain, server_hostname=parts.hostname)


def in_threads(rounds: int) -> list[str]:
    """Start and stop in threads; print what was held, and return what is wrong."""
    for number in range(_WARM):
        start_and_stop(number)
    before = held()
    began = time.perf_counter()
    for number in range(rounds):
        start_and_stop(number)
    seconds = time.perf_counter() - began
    after = held()
    print(f"{rounds} starts and stops in threads, in the middle of requests, {seconds / rounds * 1000:.0f} ms each")
    print(f"  before: {before}\n  after:  {after}")
    wrong = [
        f"{what}: {getattr(before, what)} before, {getattr(after, what)} after"
        for what in ("files", "sockets", "threads", "directories")
        if getattr(after, what) > getattr(before, what)
    ]
    growth = (after.megabytes - before.megabytes) * 1024 / rounds
    if growth > _GROWTH_KB:
        wrong.append(f"memory grew by {growth:.1f} KB with each start")
    return wrong


def as_processes(rounds: int) -> list[str]:
    """Start and stop the command; print how long stops took, and return what is wrong."""
    wrong: list[str] = []
    directories, slowest = _directories(), 0.0
    for number in range(rounds):
        command = [sys.executable, "-m", "crm_mocks", "serve", "--port", "0", *(["--tls"] if number % 5 == 0 else [])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None  # a pipe was asked for
            url = process.stdout.readline().split()[1]
            with ExitStack() as clients:
                for sent in unfinished(number):
                    clients.enter_context(_connected(url.replace("https", "http"), None)).sendall(sent)
                began = time.perf_counter()
                process.send_signal((signal.SIGTERM, signal.SIGINT)[number % 2])
                _, errors = process.communicate(timeout=30)
                slowest = max(slowest, time.perf_counter() - began)
        wrong += _of_process(process.returncode, errors, url)
    if slowest > _STOP_SECONDS:
        wrong.append(f"a stop took {slowest:.2f} s")
    left = _directories() - directories
    if left > 0:
        wrong.append(f"{left} temporary directories are left")
    print(f"{rounds} starts and stops of the command, in the middle of requests; the slowest stop took {slowest:.2f} s")
    return wrong


def _of_process(code: Any, errors: str, url: str) -> list[str]:
    parts = urlsplit(url)
    wrong = [f"exit code {code}"] if code else []
    if errors:
        wrong.append(f"on stderr: {errors[:200]}")
    with socket.socket() as probe:
        if probe.connect_ex((parts.hostname, parts.port)) == 0:
            wrong.append(f"something listens at {url} still")
    return wrong


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1000, help="starts in threads of this process")
    parser.add_argument("--processes", type=int, default=50, help="starts of the command")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:  # others may make directories of ours meanwhile
        tempfile.tempdir = os.environ["TMPDIR"] = own
        return _report(given.threads, given.processes)


def _report(threads: int, processes: int) -> int:
    wrong = [*in_threads(threads), *as_processes(processes)]
    for each in wrong:
        print(f"WRONG: {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
