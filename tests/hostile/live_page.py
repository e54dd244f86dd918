"""The live page and its stream: other origins, rebound names, guessed links and cookies, odd ids of events."""

from __future__ import annotations

import asyncio
import re
from random import Random
from typing import Any
from urllib.parse import quote

from crm_mocks import create_app
from crm_mocks.app import AsgiApp
from tests.hostile.attack import Attack, Input
from tests.hostile.control_api import QUERY
from tests.hostile.mutations import TEXTS, mutated_bytes

TOKEN = "tokenOfTheTest"
SECRET = "only-in-the-journal"
_STREAM_SECONDS = 0.02
_LOOPBACK, _ELSEWHERE = ("127.0.0.1", 4010), ("192.0.2.1", 4010)
_PATHS = (
    "/__admin/events", "/__admin/events", "/__admin/requests", "/__admin/verdict", "/__admin/ui/open",
    "/__admin/ui/links",
    "/__admin/ui/", "/__admin/ui/../requests", "/__admin//events", "/__admin/events/", "/__admin", "/",
)  # fmt: skip
_FOREIGN_HOSTS = (
    "evil.test", "localhost.evil.test", "127.0.0.1.evil.test:4010", "evil.test:4010@localhost", "localhost@evil.test",
    "evil-localhost",
    "[::1].evil.test", "localhost:4010,evil.test", "evil.test\t", "EVIL.TEST.", "localhost%2eevil.test",
    "127.0.0.1:evil",
)  # fmt: skip
_FOREIGN_ORIGINS = (
    "http://evil.test", "https://localhost.evil.test", "http://localhost@evil.test", "http://evil.test#localhost",
    "http://evil.test/http://localhost", "http://localhost:4010, http://evil.test", "file://evil",
    "http://[::1].evil.test",
)  # fmt: skip
_IDS = (
    "default=1",
    "default=1&a=2",
    "default=" + "9" * 400,
    "&" * 3000,
    "=",
    "default=-1",
    "default=²",
    "a=1&" * 300,
    "\xff=1",
    "default=0\t",
)


class LivePage(Attack):
    """A foreign page sees nothing of the journal, a stream survives any id, and no request gets a 5xx."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._loop = asyncio.new_event_loop()
        self.held.callback(self._loop.close)
        self._apps = {token: create_app(["leadbank"], seed=1, admin_token=token) for token in (None, TOKEN)}
        for app in self._apps.values():
            self._loop.run_until_complete(_request(app, _LOOPBACK, "POST", "/api/leads", SECRET, [], b"2"))

    def make(self, rng: Random) -> Input:
        token = rng.choice((None, TOKEN))
        headers = [["host", "localhost:4010"]]
        foreign = rng.choice(("host", "origin", "site", "token" if token else "host", ""))
        if foreign == "host":
            headers = [["host", _hostile(rng, _FOREIGN_HOSTS)]] if rng.random() < 0.9 else []
        if foreign == "origin":
            headers.append(["origin", _hostile(rng, _FOREIGN_ORIGINS)])
        if foreign == "site":
            headers.append(["sec-fetch-site", rng.choice(("cross-site", "Cross-Site", " cross-site "))])
        if token is not None and foreign in ("token", "host"):
            headers.append(
                ["authorization", _hostile(rng, (f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", "Bearer\t\xff"))]
            )
        if rng.random() < 0.3:
            headers.append(
                ["cookie", _hostile(rng, ("crm-mocks-00000000=x", "crm-mocks-=", ";" * 99, f"token={TOKEN}"))]
            )
        if rng.random() < 0.5:
            headers.append(["last-event-id", _hostile(rng, _IDS)])
        if rng.random() < 0.2:
            headers.append(["x-mock-session", rng.choice(TEXTS)[:200]])
        names = rng.sample(sorted(QUERY), rng.choice((0, 0, 1, 2)))
        query = "&".join(f"{name}={quote(rng.choice((QUERY[name], *TEXTS))[:300], errors='replace')}" for name in names)
        if rng.random() < 0.2:
            query = _hostile(rng, ("key=", "key=x&key=y", "key=" + "A" * 32, "session=*"))
        return {
            "token": token is not None,
            "elsewhere": token is not None and rng.random() < 0.5,
            "method": rng.choice(("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "get")),
            "path": rng.choice(_PATHS),
            "query": query,
            "headers": [[name, value.encode("utf-8", "replace").decode("latin-1")] for name, value in headers],
        }

    def fault(self, made: Input) -> str:
        app = self._apps[TOKEN if made["token"] else None]
        headers = [(name.encode(), value.encode("latin-1")) for name, value in made["headers"]]
        server = _ELSEWHERE if made["elsewhere"] else _LOOPBACK
        status, sent = self._loop.run_until_complete(
            _request(app, server, made["method"], made["path"], made["query"], headers, b"")
        )
        if status is None or status >= 500:
            return f"status {status}: {sent[:200]!r}"
        if SECRET.encode() in sent and _is_foreign(made):
            return f"{made['path']} shows the journal to a foreign page"
        if app.mock_app.listeners or app.mock_app.on_stop:
            return "a stream is left"
        return ""


def _is_foreign(made: Input) -> bool:
    """Return whether a request must not see the journal; what mutation has made of a name may be harmless."""
    headers = dict(made["headers"])
    hostile = any("evil" in headers.get(name, "").lower() for name in ("host", "origin"))
    cross_site = headers.get("sec-fetch-site", "").strip().lower() == "cross-site" and "origin" not in headers
    return hostile or cross_site or made["token"] or not re.search("localhost|127|::", headers.get("host", ""))


def _hostile(rng: Random, texts: tuple[str, ...]) -> str:
    text = rng.choice(texts)
    return mutated_bytes(rng, text.encode("latin-1")).decode("latin-1") if rng.random() < 0.4 else text


async def _request(
    app: AsgiApp,
    server: tuple[str, int],
    method: str,
    path: str,
    query: str,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
) -> tuple[int | None, bytes]:
    """Send a request; return status and body, of a stream what comes at once."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
        "path": path,
        "raw_path": path.encode(), "root_path": "", "query_string": query.encode("latin-1"), "server": server,
        "client": ("127.0.0.1", 1), "headers": [*headers, (b"content-type", b"application/json")], "extensions": {},
    }  # fmt: skip
    received = iter([{"type": "http.request", "body": body, "more_body": False}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        for message in received:
            return message
        await asyncio.sleep(_STREAM_SECONDS)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    status = next((each["status"] for each in sent if each["type"] == "http.response.start"), None)
    return status, b"".join(each.get("body", b"") for each in sent)
