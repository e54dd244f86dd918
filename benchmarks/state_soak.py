"""`python -m benchmarks.state_soak`: processes that share a state, behind a proxy, one killed every few seconds.

Afterwards, what the clients saw is compared with the journal: every answered request is there once, numbers have no
gaps, each queued response was given once, and the verdict equals that of a single process, byte for byte, on the same
requests. Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import payload
from benchmarks.state_servers import Mocks, proxy, state_server

_NOW = "2026-01-31T12:00:00Z"
_ID = "X-Soak-Id"
_QUEUED = 5
_PAUSE_SECONDS = 0.2
_PATHS = ("/v1/leads/create", "/v1/leads/validate", "/v1/leads/config")


@dataclass
class Seen:
    """What the clients saw.

    Attributes:
        answered: status of the response by id of the request.
        marks: queued responses received, by session and number.
        unknown: ids of requests without a response of the mocks.
        reasons: why, with the number of such requests.
    """

    answered: dict[str, int] = field(default_factory=dict)
    marks: Counter[str] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)


class Client:
    """Sends requests to one session, over one connection as long as it lasts."""

    def __init__(self, port: int, session: str, seen: Seen, turn: asyncio.Semaphore) -> None:
        self._port, self._session, self._seen, self._turn = port, session, seen, turn
        self._random = random.Random(session)  # test data
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self, first: int, count: int) -> None:
        """Send so many requests, one after another."""
        for number in range(first, first + count):
            async with self._turn:
                await self._send(number)
        if self._streams is not None:
            self._streams[1].close()

    def _request(self, number: int) -> bytes:
        kind = self._random.randrange(10)
        body: bytes = b""
        if kind < 6:
            method, path, body = "POST", _PATHS[0], payload.encoded(number % 200)  # some are sent again
        elif kind < 7:
            method, path, body = "POST", _PATHS[1], b'{"leadCustomer": {"email": 1}}'
        elif kind < 8:
            method, path, body = "POST", _PATHS[0], b"{"
        else:
            method, path = "GET", _PATHS[2]
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nx-api-key: demo-key\r\nX-Mock-Session: {self._session}\r\n"
        )
        typed = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        return f"{head}{_ID}: {number}\r\n{typed}\r\n".encode() + body

    async def _send(self, number: int) -> None:
        request = self._request(number)
        name = f"{self._session}/{number}"
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            if "content-length" in headers:
                content = await reader.readexactly(int(headers["content-length"]))
            else:
                raise ConnectionError("the proxy closed the connection")
        except (OSError, asyncio.IncompleteReadError) as error:
            self._seen.unknown.add(name)
            self._seen.reasons[type(error).__name__] += 1
            self._streams = None
            await asyncio.sleep(_PAUSE_SECONDS)
            return
        status = int(lines[0].split()[1])
        if "x-proxy-error" in headers or status in (502, 503, 504):
            self._seen.unknown.add(name)
            self._seen.reasons[f"{status}: {content.decode()[:200]}"] += 1
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            self._seen.answered[name] = status
        if "x-mark" in headers:
            self._seen.marks[headers["x-mark"]] += 1
        if headers.get("connection") == "close":
            self._streams[1].close()
            self._streams = None


async def _killing(mocks: list[Mocks], seconds: float, done: asyncio.Event) -> int:
    """Kill a process and replace it, again and again; return how often."""
    count = 0
    while not done.is_set():
        try:
            await asyncio.wait_for(done.wait(), seconds)
        except TimeoutError:
            victim = mocks[count % len(mocks)]
            await asyncio.to_thread(victim.kill)
            await asyncio.to_thread(victim.start)
            count += 1
    return count


async def _load(port: int, mocks: list[Mocks], given: argparse.Namespace, seen: Seen) -> int:
    each = given.requests // given.sessions
    per_client = each // given.clients
    turn = asyncio.Semaphore(given.together)
    clients = [
        Client(port, f"s{session}", seen, turn).run(part * per_client, per_client)
        for session in range(given.sessions)
        for part in range(given.clients)
    ]
    done = asyncio.Event()
    killer = asyncio.create_task(_killing(mocks, given.kill_seconds, done))
    await asyncio.gather(*clients)
    done.set()
    return await killer


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--clients", type=int, default=2, help="of each session, at the same time")
    parser.add_argument("--together", type=int, default=32, help="requests under way at the same time")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--kill-seconds", type=float, default=5.0)
    given = parser.parse_args()
    common = ("--seed", "1", "--now", _NOW)
    with tempfile.TemporaryDirectory() as name, state_server(Path(name)) as (url, _):
        shared = (*common, "--state", url, "--set", "state.journal_bytes=100000000")
        mocks = [Mocks(*shared) for _ in range(given.processes)]
        try:
            for session in range(given.sessions):
                for number in range(_QUEUED):
                    queued = {
                        "session": f"s{session}",
                        "operation": "config_api.createLead",
                        "status": 418,
                        "headers": {"X-Mark": f"s{session}-{number}"},
                    }
                    mocks[number % len(mocks)].control("POST", "responses", queued)
            seen = Seen()
            with proxy(Path(name), mocks) as port:
                began = time.monotonic()
                kills = asyncio.run(_load(port, mocks, given, seen))
                took = time.monotonic() - began
            print(f"{len(seen.answered)} answered, {len(seen.unknown)} without an answer, {kills} kills, {took:.0f} s")
            for reason, count in seen.reasons.most_common(5):
                print(f"  {count} x {reason}")
            wrong = _compare(mocks, given, seen)
            alone = Mocks(*common, "--set", "host.journal_bytes=1000000000")
            mocks.append(alone)
            wrong += _verdicts(mocks[0], alone, given.sessions)
        finally:
            for each in mocks:
                each.kill()
    for line in wrong[:20]:
        print(f"WRONG: {line}")
    print("all is as it should be" if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


def _journal(mocks: Mocks, session: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(mocks.control("GET", f"requests?session={session}"))["requests"]
    return entries


def _compare(mocks: list[Mocks], given: argparse.Namespace, seen: Seen) -> list[str]:
    """Return what differs between the journal and what the clients saw."""
    wrong: list[str] = []
    marks: Counter[str] = Counter()
    for number in range(given.sessions):
        session = f"s{number}"
        entries = _journal(mocks[number % len(mocks)], session)
        if [each["id"] for each in entries] != [f"{session}-{place}" for place in range(1, len(entries) + 1)]:
            wrong.append(f"{session}: the numbers have gaps")
        ids = Counter(
            f"{session}/{value}" for each in entries for key, value in each["request"]["headers"] if key == _ID.lower()
        )
        statuses = {
            f"{session}/{value}": each["answer"]["status"]
            for each in entries
            for key, value in each["request"]["headers"]
            if key == _ID.lower()
        }
        for each in entries:
            marks.update(value for key, value in each["answer"]["headers"] if key == "X-Mark")
        answered = {name: status for name, status in seen.answered.items() if name.startswith(f"{session}/")}
        wrong += [f"{name}: answered, but not journalled" for name in answered if name not in ids]
        wrong += [f"{name}: journalled {count} times" for name, count in ids.items() if count > 1]
        wrong += [f"{name}: another status" for name, status in answered.items() if statuses.get(name) != status]
        wrong += [f"{name}: nobody sent it" for name in ids if name not in answered and name not in seen.unknown]
    wrong += [f"queued response {mark}: journalled {count} times" for mark, count in marks.items() if count > 1]
    wrong += [f"queued response {mark}: given {count} times" for mark, count in seen.marks.items() if count > 1]
    missing = given.sessions * _QUEUED - len(marks)
    if missing:
        wrong.append(f"{missing} queued responses were never given")
    return wrong


def _verdicts(shared: Mocks, alone: Mocks, sessions: int) -> list[str]:
    """Send the journalled requests to a single process, in their order; return the sessions with another verdict."""
    import http.client

    wrong = []
    connection = http.client.HTTPConnection("127.0.0.1", alone.port, timeout=60)
    for number in range(sessions):
        session = f"s{number}"
        for place in range(_QUEUED):
            queued = {
                "session": session,
                "operation": "config_api.createLead",
                "status": 418,
                "headers": {"X-Mark": f"{session}-{place}"},
            }
            alone.control("POST", "responses", queued)
        for entry in _journal(shared, session):
            request = entry["request"]
            headers = {**dict(request["headers"]), "x-api-key": "demo-key"}  # the journal hides the key
            connection.request(request["method"], request["path"], request["body"] or None, headers)
            connection.getresponse().read()
        verdicts = [each.control("GET", f"verdict?session={session}") for each in (shared, alone)]
        if verdicts[0] != verdicts[1]:
            wrong.append(f"{session}: the verdict differs from that of a single process")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
