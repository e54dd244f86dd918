"""Responses, journal and verdict do not depend on the number of workers."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.server.connections import CONTACTS, creation, exchange
from tests.workers.serving import Workers, serving_workers

SESSIONS = [f"session-{letter}" for letter in "abcdefgh"]
LAST = "Connection: close\r\n"
QUEUED: list[dict[str, Any]] = [
    {"operation": "toy.createContact", "fault": "RANDOM_DATA_THEN_CLOSE"},
    {"operation": "toy.createContact", "fault": "TRUNCATED_BODY", "phase": "after"},
    {"operation": "toy.createContact", "fault": "MALFORMED_RESPONSE_CHUNK"},
    {"operation": "toy.createContact", "status": 503, "headers": {"X-Note": "forced"}},
    {"operation": "toy.createContact", "chunked": True},
]
HOST = {"Host": "localhost:4010"}
"""Links in responses have it instead of the server's port."""


class Transcript:
    """Everything that a server sends, in order, without what no server sends twice: real times and ports."""

    def __init__(self, workers: Workers, client: httpx.Client) -> None:
        self._workers = workers
        self._client = client
        self.lines: list[Any] = []

    def send(self, request: bytes) -> None:
        """Send the bytes of a request on a new connection."""
        self.lines.append(exchange(self._workers.mocks, request))

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the control API; return the JSON in the response, if it is some."""
        response = self._client.request(method, f"/__admin/{path}", json=body)
        text = re.sub(r'"milliseconds":[0-9.]+', '"milliseconds":0', response.text)
        text = re.sub(r'("url":"http://localhost:)[0-9]+', r"\1PORT", text)
        headers = {name: value for name, value in response.headers.items() if name not in ("date", "content-length")}
        self.lines.append((method, path, response.status_code, headers, text))
        return json.loads(response.text) if "json" in response.headers["content-type"] else None


def play(transcript: Transcript) -> None:
    """Use every part of the control API, and eight sessions in turns."""
    names = [transcript.admin("POST", "sessions", body)["session"] for body in (None, None, {"session": "session-4"})]
    names += [transcript.admin("POST", "sessions")["session"] for _ in range(3)]
    assert names == ["session-1", "session-2", "session-4", "session-3", "session-5", "session-6"]
    transcript.admin("POST", "sessions", {"nonsense": 1})
    for number, session in enumerate([*SESSIONS, "default"]):
        if number % 3 == 0:
            for queued in QUEUED:
                transcript.admin("POST", "responses", {"session": session, **queued})
        if number % 3 == 1:
            transcript.admin("POST", "clock", {"session": session, "advance_seconds": 3600 * number})
            transcript.admin("PUT", f"settings?session={session}", {"toy.latency_ms": number})
        transcript.admin("GET", f"records?session={session}&vendor=toy")
    for round_number in range(8):
        for session in [*SESSIONS, "default"]:
            email = "not an address" if round_number == 5 else f"{round_number}-{session}@example.com"
            transcript.send(creation(session, email, LAST))
    transcript.send(creation("session-a", "header@example.com", f"X-Mock-Session: session-b\r\n{LAST}"))
    transcript.send(creation("no/such", further=LAST))
    transcript.send(creation("session-c", further=LAST).replace(b"Host: localhost\r\n", b""))
    transcript.send(f"GET /~session-d/nowhere HTTP/1.1\r\nHost: localhost\r\n{LAST}\r\n".encode())
    transcript.send(f"GET /~session-e/ HTTP/1.1\r\nHost: localhost:4010\r\n{LAST}\r\n".encode())
    ask(transcript)
    transcript.admin("DELETE", "sessions?session=session-c")
    transcript.admin("DELETE", "sessions?session=session-a")
    transcript.admin("DELETE", "sessions?session=unknown")
    transcript.send(creation("session-c", "again@example.com", LAST))
    ask(transcript)
    transcript.admin("POST", "reset", {"session": "session-b"})
    transcript.admin("POST", "reset")
    ask(transcript)


def ask(transcript: Transcript) -> None:
    """Read journals and verdicts, of each session and of all."""
    for session in ["session-a", "session-c", "session-h", "default", "unknown", "*"]:
        for query in ("", "&limit=7", "&violations=true", "&since=2", "&wait_ms=1&count=1", "&limit=x", "&path=/toy/x"):
            transcript.admin("GET", f"requests?session={session}{query}")
        transcript.admin("GET", f"requests/unmatched?session={session}")
        for body in ({}, {"limit": 3, "match": {"email": f"1-{session}@example.com"}}, {"path": CONTACTS}, {"x": 1}):
            transcript.admin("POST", "requests/find", {"session": session, **body})
            transcript.admin("POST", "requests/count", {"session": session, **body})
        for form in ("json", "markdown"):
            transcript.admin("GET", f"verdict?session={session}&format={form}")
        transcript.admin("GET", f"verdict?session={session}&allow=toy.createContact:400&vendor=toy")
        transcript.admin("GET", f"verdict?session={session}&vendor=nobody")
        transcript.admin("POST", "findings", {"session": session})
        transcript.admin("GET", f"settings?session={session}")
        transcript.admin("GET", f"responses?session={session}")
        transcript.admin("GET", f"vendors?session={session}")
    for path in ("health", "version", "vendors", "requests", "nowhere"):
        transcript.admin("GET", path)


def transcript_of(workers: int) -> list[Any]:
    with serving_workers(workers) as served, httpx.Client(base_url=served.url, headers=HOST) as client:
        transcript = Transcript(served, client)
        play(transcript)
        return transcript.lines


@pytest.fixture(scope="module")
def alone() -> list[Any]:
    return transcript_of(1)


@pytest.mark.parametrize("workers", [2, 3])
def test_everything_is_the_same_with_any_number_of_workers(alone: list[Any], workers: int) -> None:
    together = transcript_of(workers)
    assert len(together) == len(alone) > 300
    for line, expected in zip(together, alone, strict=True):
        assert line == expected
