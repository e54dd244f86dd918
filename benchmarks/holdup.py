"""How long one client can hold up another: `python -m benchmarks.holdup`.

A healthy client, in a process of its own, sends one request after the other while another client attacks the server.
Printed is its longest wait under each attack, the shortest of several rounds, since other processes of the machine only
add to it. Each first use is that of a server of its own. Exit code 1 if any wait is more than 50 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from urllib.parse import quote

from benchmarks import payload
from benchmarks.raw_exchanges import JSON, MIB, answer, connected, exchange, request
from benchmarks.servers import ROOT, crm_mocks, pin, running

MOST_MS = 50.0
ROUNDS = 5
_SERVER_CORE, _CLIENT_CORE = 0, 1
_LEADS = "/activix/leads"

Attack = Callable[[int], object]
_FIRST = count(1)


def main() -> int:
    """Measure, or be the healthy client."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each attack")
    parser.add_argument("--only", default="", help="attacks whose names contain this")
    parser.add_argument("--be-healthy-at", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be_healthy_at is not None:
        return _be_healthy(given.be_healthy_at)
    waits = {
        **_under_attacks([name for name in ATTACKS if given.only in name], given.rounds),
        **_at_first_uses([name for name in FIRST_USES if given.only in name], given.rounds),
    }
    return int(any(milliseconds > MOST_MS for milliseconds in waits.values()))


def _under_attacks(names: list[str], rounds: int) -> dict[str, float]:
    """Measure attacks on one server."""
    waits: dict[str, float] = {}
    if not names:
        return waits
    with running(crm_mocks("--set", "host.journal_bytes=4000000"), core=_SERVER_CORE) as server:
        pin(0, _CLIENT_CORE)
        _fill(server.port)
        with _healthy_client(server.port) as longest:
            for name in names:
                waits[name] = _shown(name, min(longest(ATTACKS[name], server.port) for _ in range(rounds)))
    return waits


def _at_first_uses(names: list[str], rounds: int) -> dict[str, float]:
    """Measure requests of a kind that a server has not seen before."""
    return {name: _shown(name, min(_at_first_use(FIRST_USES[name]) for _ in range(rounds))) for name in names}


def _at_first_use(use: Attack) -> float:
    with running(crm_mocks(), core=_SERVER_CORE) as server, _healthy_client(server.port) as longest:
        longest(ATTACKS["nothing"], server.port)
        return longest(use, server.port)


def _shown(name: str, milliseconds: float) -> float:
    print(f"{milliseconds:7.1f} ms  {name}{'  TOO LONG' if milliseconds > MOST_MS else ''}", flush=True)
    return milliseconds


@contextmanager
def _healthy_client(port: int) -> Iterator[Callable[[Attack, int], float]]:
    command = [sys.executable, "-m", "benchmarks.holdup", "--be-healthy-at", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        pin(process.pid, _CLIENT_CORE)
        assert process.stdin is not None  # a pipe was asked for
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def longest(attack: Attack, port: int) -> float:
            stdin.write(b"b")
            stdin.flush()
            stdout.readline()
            attack(port)
            stdin.write(b"e")
            stdin.flush()
            return float(stdout.readline())

        try:
            yield longest
        finally:
            process.kill()


def _be_healthy(port: int) -> int:
    """Send requests until killed; a `b` on stdin begins a measurement, an `e` ends it."""
    longest = 0.0
    with connected(port) as connection:
        for number in count():
            sent = _healthy_request(number)
            began = time.perf_counter()
            connection.sendall(sent)
            answer(connection)
            longest = max(longest, time.perf_counter() - began)
            if select.select([sys.stdin], [], [], 0)[0]:
                command = os.read(sys.stdin.fileno(), 1)  # unbuffered, as `select` sees it
                print(f"{longest * 1000:.3f}", flush=True)
                if not command:
                    return 0
                longest = 0.0
            time.sleep(0.0005)
    return 0


def _healthy_request(number: int) -> bytes:
    body = payload.encoded(1_000_000_000 + number)
    return request("POST", payload.path(), body, f"x-api-key: {payload.KEY}\r\nX-Mock-Session: healthy\r\n{JSON}")


def _fill(port: int) -> None:
    """Break a thousand rules and call 300 unknown paths, until the journal has spilled to its file."""
    with connected(port) as connection:
        for number in range(1_000):
            body = json.dumps({f"unknown{number}": "x", "emails": number, "comment": "y" * 9_000}).encode()
            connection.sendall(request("POST", _LEADS, body))
            answer(connection)
            if number < 300:
                connection.sendall(request("POST", f"/activix/unknown{number}", body))
                answer(connection)


def _body(make: Callable[[int], bytes], path: str = _LEADS) -> Attack:
    """Return an attack by bodies, each of which is new."""
    return lambda port: exchange(port, request("POST", path, make(next(_FIRST))))


def _control(method: str, path: str, body: bytes = b"") -> Attack:
    return lambda port: exchange(port, request(method, path, body), most=200)


def _chunks(port: int) -> None:
    chunk = b"1\r\nx\r\n"
    head = f"POST {_LEADS} HTTP/1.1\r\nHost: localhost\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode()
    exchange(port, head + chunk * (2 * MIB) + b"0\r\n\r\n")


def _unfinished(port: int) -> None:
    """Send 30 large bodies at the same time, all but their last bytes, as far as the server reads them."""
    body = b"x" * (8 * MIB)
    with ExitStack() as held:
        rest = {held.enter_context(connected(port)): memoryview(request("POST", _LEADS, body))[:-1] for _ in range(30)}
        while any(rest.values()) and (ready := select.select([], [each for each in rest if rest[each]], [], 0.5)[1]):
            for each in ready:
                rest[each] = rest[each][each.send(rest[each][:65_536]) :]


def _pipelined(port: int) -> None:
    """Send requests, and read no response."""
    with connected(port) as connection:
        connection.sendall(request("GET", "/__admin/requests?limit=100", headers="") * 20)
        connection.settimeout(0.5)
        try:
            connection.sendall(request("POST", _LEADS, b'{"emails": 1}') * 2_000)
        except TimeoutError:
            return


def _unread(path: str, count: int) -> Attack:
    """Return an attack by connections that ask for something that goes on, and read nothing of it."""

    def attack(port: int) -> None:
        with ExitStack() as held:
            for _ in range(count):
                held.enter_context(connected(port)).sendall(request("GET", path, headers=""))
            for _ in range(50):
                exchange(port, request("POST", _LEADS, b'{"emails": 1}'))

    return attack


def _queued(port: int) -> None:
    """Queue 3,000 responses for an operation that nobody calls, and one for one that is called."""
    with connected(port) as connection:
        for _ in range(3_000):
            body = b'{"session": "healthy", "operation": "activix.createLead", "status": 500, "match": {"a": [1, 2]}}'
            connection.sendall(request("POST", "/__admin/responses", body))
            answer(connection)
        for _ in range(200):
            connection.sendall(request("POST", _LEADS, b'{"a": [1, 3]}', f"X-Mock-Session: healthy\r\n{JSON}"))
            answer(connection)
        connection.sendall(request("DELETE", "/__admin/responses?session=healthy", headers=""))
        answer(connection)


def _records(port: int) -> None:
    """Store 2,000 records, and list them."""
    path = "/__admin/records?vendor=activix&kind=leads&session=attacked"
    records = [{"id": number, "comment": f"{number}" + "x" * 1_000} for number in range(2_000)]
    exchange(port, request("PUT", path, json.dumps(records).encode()))
    exchange(port, request("GET", path, headers=""))


ATTACKS: dict[str, Attack] = {
    "nothing": lambda _: time.sleep(0.3),
    "verdict: five stars in --allow": _control(
        "GET", f"/__admin/verdict?allow={quote('GET /*a*a*a*a*a*' + 'a' * 2000, safe='')}"
    ),
    "verdict: JSON": _control("GET", "/__admin/verdict"),
    "verdict: JSON, all sessions": _control("GET", "/__admin/verdict?session=*"),
    "verdict: HTML": _control("GET", "/__admin/verdict?format=html"),
    "verdict: JUnit": _control("GET", "/__admin/verdict?format=junit"),
    "failing findings": _control("POST", "/__admin/findings", b"{}"),
    "journal: 1,300 exchanges": _control("GET", "/__admin/requests?limit=1300"),
    "journal: 1,300 unmatched": _control("GET", "/__admin/requests/unmatched?limit=1300"),
    "journal: HAR": _control("GET", "/__admin/requests/har"),
    "journal: find by body": _control("POST", "/__admin/requests/find", b'{"match": {"emails": 1}, "session": "*"}'),
    "body: 8 MiB of one string": _body(lambda n: json.dumps({"a": f"{n}" + "x" * (8 * MIB - 40)}).encode()),
    "body: 8 MiB of escapes": _body(lambda n: b'{"a": "%d' % n + rb"\u00e9" * (8 * MIB // 6 - 40) + b'"}'),
    "body: 8 MiB of brackets": _body(lambda n: b"%d" % n + b"[" * (8 * MIB - 40)),
    "body: 8 MiB that are no JSON": _body(lambda n: b"%d" % n + b"\xff" * (8 * MIB - 40)),
    "body: 2 MiB in chunks of one byte": _chunks,
    "body: 30 of 8 MiB, unfinished": _unfinished,
    "body: 19,000 unknown members": _body(lambda n: json.dumps({f"x{n}_{i}": i for i in range(19_000)}).encode()),
    "body: 19,000 wrong entries": _body(lambda n: json.dumps({"emails": [n] * 19_000}).encode()),
    "body: 9,000 wrong objects": _body(lambda n: json.dumps({"emails": [{"address": n}] * 9_000}).encode()),
    "body: 9,000 secrets": _body(lambda n: json.dumps({f"token{i}": f"secret {n} {i}" for i in range(9_000)}).encode()),
    "body: 1 MiB form": lambda port: exchange(
        port, request("POST", "/api/leads", b"a=%41&" * 170_000, "Content-Type: application/x-www-form-urlencoded\r\n")
    ),
    "head: 200 headers": lambda port: exchange(
        port, request("POST", _LEADS, b"{}", JSON + "".join(f"X-{i}: {'y' * 200}\r\n" for i in range(90)))
    ),
    "2,000 pipelined requests, nothing read": _pipelined,
    "3,000 queued responses": _queued,
    "2,000 records, stored and listed": _records,
    "50 live pages, nothing read": _unread("/__admin/events?session=*", 50),
    "300 requests that wait": _unread("/__admin/requests?wait_ms=10000&count=1000000", 300),
}

FIRST_USES: dict[str, Attack] = {
    "first use: none": lambda _: time.sleep(0.2),
    "first use: a session of the control API": _control("GET", "/__admin/sessions"),
    "first use: records": _control("GET", "/__admin/records"),
    "first use: vendors, with Flask": _control("GET", "/__admin/vendors"),
    "first use: a sample request": _control("GET", "/__admin/sample?operation=activix.createLead"),
    "first use: contract of the control API": _control("GET", "/__admin/openapi.json"),
    "first use: verdict in HTML": _control("GET", "/__admin/verdict?format=html"),
    "first use: verdict in JUnit XML": _control("GET", "/__admin/verdict?format=junit"),
    "first use: verdict in Markdown": _control("GET", "/__admin/verdict?format=markdown"),
    "first use: failing findings": lambda port: (
        _body(lambda _: b'{"emails": 1}')(port),
        _control("POST", "/__admin/findings", b"{}")(port),
    ),
    "first use: leads with people": _body(lambda _: b"1", "/api/leads"),
    "first use: a generated response": _body(lambda _: b"{}", "/crmapi/rest/v2/leads/create?__dynamic=true"),
}


if __name__ == "__main__":
    sys.exit(main())
