"""`python -m benchmarks.crash_soak`: ten minutes of good clients beside attackers, and SIGKILL every five seconds.

A supervisor starts `serve --journal` again after each kill, on the same port; the last life takes 0.6 of the time.
At the end, what good clients got is compared with the journal: each answered request has its line. Exit code 1 if one
has none, a 5xx came that was not asked for, memory still grew in the last third of the last life, files stay open after
its clients have gone, the log has a traceback, or a process, file or socket is left.

Memory rises when an attack comes for the first time: the allocators of C and Python keep some of what its largest
request took. So each attack comes once in a round; two thirds of the last life are longer than one. From then on, what
is never given back may not grow by as much as one more body of the largest size takes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import payload
from benchmarks.attackers import attack_until, mixed_until
from benchmarks.load import complete
from benchmarks.servers import ROOT, Running, Server, crm_mocks, family, free_port, running

_SETTINGS = ("journal_bytes=4194304", "spill_bytes=33554432", "records=500")
_SESSION = "good-{}"
_LINE = re.compile(rb'"session":"(good-[0-9]+)".*?thirdPartyId\\":\\"A([0-9]{10})\\"', re.DOTALL)
_GROWTH_MEGABYTES = 8
"""Bytes of one body, `host.body_bytes`: what accumulates is more than that after a round of attacks."""
_LEAST_SECONDS = 120.0
"""Duration of a life in whose first two thirds each attack comes; the memory of a shorter one is not judged."""
_LAST_LIFE = 0.6
"""The part of the time without kills. In its first third, large requests of attacks and of others coincide."""
_FILES_ROOM = 10
_CLOSING_SECONDS = 60.0
"""Time for searches of the journal that clients asked for and no longer wait for."""
_SAMPLE_SECONDS = 0.5
_GRACE_SECONDS = 1.0
"""Time after a start in which clients still see the connections of the life before."""


@dataclass
class Life:
    """One process of the server and its workers, from its start until it is killed.

    Attributes:
        began, ended: monotonic seconds.
        samples: seconds since the start, megabytes and open files.
    """

    began: float
    ended: float = 0.0
    samples: list[tuple[float, float, int]] = field(default_factory=list)


def main() -> int:
    """Run the soak, or one of its clients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--clients", type=int, default=3, help="good ones; an attacker and a client of mixed traffic too"
    )
    parser.add_argument("--be", nargs=4, metavar=("KIND", "NUMBER", "PORT", "END"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be is not None:
        kind, number, port, end = given.be
        seen = {"good": good_until, "attack": attack_until, "mixed": mixed_until}[kind](
            int(port), int(number), float(end)
        )
        json.dump(seen, sys.stdout)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return _soak(Path(folder), given.seconds, given.kills, given.workers, given.clients)


def good_until(port: int, number: int, end: float) -> dict[str, Any]:
    """Send valid leads of a session of its own; return the number of each that was answered, and what was wrong."""
    answered: list[int] = []
    milliseconds: list[float] = []
    wrong: list[tuple[float, str]] = []
    connection: socket.socket | None = None
    lead = number * 10_000_000
    while time.monotonic() < end:
        lead += 1
        headers = {"x-api-key": payload.KEY, "X-Mock-Session": _SESSION.format(number)}
        request = payload.request(payload.path(), payload.encoded(lead), headers)
        began = time.monotonic()
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port), timeout=30)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answer = _answer(connection, request)
        except OSError as error:
            wrong.append((time.monotonic(), f"good client: {error!r}"))
            connection = None
            time.sleep(0.02)
            continue
        milliseconds.append((time.monotonic() - began) * 1000)
        answered.append(lead)
        if not answer.startswith(b"HTTP/1.1 200 "):
            wrong.append((time.monotonic(), f"status: a valid lead is answered {answer[:300]!r}"))
        time.sleep(0.002)
    return {"answered": answered, "milliseconds": milliseconds, "wrong": wrong, "count": len(answered)}


def _answer(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    received = bytearray()
    while not complete(received):
        data = connection.recv(65536)
        if not data:
            raise ConnectionError("the connection ends")
        received += data
    return bytes(received)


def _soak(folder: Path, seconds: float, kills: int, workers: int, clients: int) -> int:
    temporary, journal, log = folder / "tmp", folder / "journal.jsonl", folder / "log"
    temporary.mkdir()
    options = [word for each in _SETTINGS for word in ("--set", f"host.{each}")]
    made = crm_mocks(*options, "--journal", str(journal), "--workers", str(workers))
    server = Server("crash soak", made.command, {"TMPDIR": str(temporary)})
    port = free_port()
    end = time.monotonic() + seconds
    kinds = [("good", number) for number in range(1, clients + 1)] + [("attack", 90), ("mixed", 91)]
    lives: list[Life] = []
    processes = [_started(kind, number, port, end - 1) for kind, number in kinds]
    faults: list[str] = []
    for life in range(kills + 1):
        until = end - seconds + (life + 1) * seconds * (1 - _LAST_LIFE) / kills if life < kills else end
        faults += _live(server, port, log, until, lives, kill=life < kills)
        faults += [f"life {life}: {each} is left" for each in _left(temporary, port)] if life < kills else []
    seen = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    faults += _wrong(seen, lives)
    faults += [f"log: {line}" for line in log.read_text("utf-8", "replace").splitlines() if "Traceback" in line]
    found, whole, cut = _lines(journal)
    answered = {lead for each in seen for lead in each.get("answered", ())}
    faults += [f"lead {lead} was answered, and the journal has no line of it" for lead in sorted(answered - found)]
    faults += [f"at the end, {each} is left" for each in _left(temporary, port)]
    milliseconds = [each for one in seen for each in one.get("milliseconds", ())]
    _report(seen, lives, seconds, workers, milliseconds)
    faults += _growth(lives[-1], workers)
    print(
        f"journal: {whole:,} lines, {cut} of them cut by a kill; {len(answered):,} answered requests of good clients,"
    )
    print(f"  {len(answered - found)} of them missing; {len(found - answered)} lines more, in flight when killed")
    for fault, times in Counter(faults).most_common(20):
        print(f"WRONG ({times} times): {fault[:500]}")
    print("all is as it should be" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def _started(kind: str, number: int, port: int, end: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.crash_soak", "--be", kind, str(number), str(port), str(end)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


def _live(server: Server, port: int, log: Path, until: float, lives: list[Life], *, kill: bool) -> list[str]:
    """Start the server, watch it until a moment, and kill it, any of its workers in turn; return what was wrong."""
    with running(server, port=port, log=log) as alive:
        life = Life(time.monotonic())
        lives.append(life)
        while time.monotonic() < until:
            if alive.process.poll() is not None:
                return [f"the server ended by itself, exit code {alive.process.returncode}"]
            life.samples.append((time.monotonic() - life.began, alive.megabytes(), _files(alive)))
            time.sleep(_SAMPLE_SECONDS)
        faults = []
        life.ended = time.monotonic()
        if kill:
            victims = family(alive.process.pid)
            os.kill(victims[len(lives) % len(victims)], signal.SIGKILL)
            try:
                alive.process.wait(5)
            except subprocess.TimeoutExpired:
                faults.append("the first worker goes on after another one was killed")
            deadline = time.monotonic() + 5
            while any(map(_is_alive, victims)) and time.monotonic() < deadline:
                time.sleep(0.02)
            faults += [f"process {each} is left" for each in victims if _is_alive(each)]
        else:
            faults += _left_open(alive, min(files for *_, files in life.samples))
    return faults


def _left_open(alive: Running, before: int) -> list[str]:
    """Return the files that a server still has open after its clients have gone, beyond those that it had before."""
    deadline = time.monotonic() + _CLOSING_SECONDS
    while (now := _files(alive)) > before + _FILES_ROOM:
        if time.monotonic() > deadline:
            return [f"{now} files are open after all clients have gone, {before} were before"]
        time.sleep(_SAMPLE_SECONDS)
    return []


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False


def _growth(life: Life, workers: int) -> list[str]:
    """Return whether memory grows in the last third: not what an attack takes for a moment, but what is kept."""
    seconds = life.samples[-1][0]
    middle, last = (
        min(megabytes for at, megabytes, _ in life.samples if begin <= at / seconds <= begin + 1 / 3)
        for begin in (1 / 3, 2 / 3)
    )
    tenths = [life.samples[(len(life.samples) - 1) * tenth // 10] for tenth in range(11)]
    print("memory of the last life: " + "; ".join(f"{at:.0f} s: {megabytes:.0f} MB" for at, megabytes, _ in tenths))
    print(f"  at least {middle:.0f} MB in its second third, {last:.0f} MB in its last")
    if seconds < _LEAST_SECONDS:
        print(f"  not judged: it is shorter than {_LEAST_SECONDS:.0f} s")
    elif last > middle + _GROWTH_MEGABYTES * workers:
        return [f"the last life of {seconds:.0f} s grows from {middle:.0f} to {last:.0f} MB of memory"]
    return []


def _files(alive: Running) -> int:
    with suppress(OSError):
        return sum(1 for each in family(alive.process.pid) for _ in Path(f"/proc/{each}/fd").iterdir())
    return 0


def _left(temporary: Path, port: int) -> list[str]:
    """Return what a dead server has left: files, and a socket that listens; the watchdog has a second to clean up."""
    deadline = time.monotonic() + 1
    while any(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [str(each) for each in temporary.iterdir()]
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        left.append("a listening socket")
    left += [line for line in Path("/proc/net/unix").read_text("utf-8").splitlines() if str(temporary) in line]
    return left


def _wrong(seen: list[dict[str, Any]], lives: list[Life]) -> list[str]:
    """Return what clients saw, but for connections that a kill has ended."""
    downs = [(life.ended, after.began + _GRACE_SECONDS) for life, after in pairwise(lives)]
    downs += [(0.0, lives[0].began + _GRACE_SECONDS), (lives[-1].ended, float("inf"))]
    return [
        text
        for one in seen
        for at, text in one["wrong"]
        if text.startswith("status") or not any(begin <= at <= end for begin, end in downs)
    ]


def _lines(journal: Path) -> tuple[set[int], int, int]:
    """Return the leads of good clients in the journal, and the number of its whole lines and of others."""
    found: set[int] = set()
    whole = cut = 0
    with journal.open("rb") as file:
        for line in file:
            if line == b"\n":
                continue
            is_whole = line.endswith(b"}\n") and line.startswith(b'{"journal":1,')
            whole, cut = whole + is_whole, cut + (not is_whole)
            if is_whole and b"good-" in line and (match := _LINE.search(line)):
                json.loads(line)
                found.add(int(match[2]))
    return found, whole, cut


def _report(
    seen: list[dict[str, Any]], lives: list[Life], seconds: float, workers: int, milliseconds: list[float]
) -> None:
    of_workers = f"{workers} worker{'s' * (workers > 1)}"
    load = f"load of the machine: {os.getloadavg()[1]:.0f}"
    print(f"{seconds:g} s with {of_workers}, {len(lives) - 1} kills ({load})")
    print("  " + ", ".join(f"{one['count']:,} {kind}" for one in seen if (kind := one.get("kind", "good requests"))))
    if len(milliseconds) > 1000:
        cuts = quantiles(milliseconds, n=1000)
        print(f"good clients: median {median(milliseconds):.1f} ms, p99 {cuts[989]:.1f} ms, p99.9 {cuts[998]:.1f} ms")
    for place, what in ((1, "MB of memory"), (2, "open files")):
        ends = [life.samples[-1][place] for life in lives if life.samples]
        print(f"{what} at the end of the lives: {min(ends):.0f} to {max(ends):.0f}")


if __name__ == "__main__":
    random.seed(1)
    sys.exit(main())
