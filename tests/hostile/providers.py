"""Providers and receivers that answer with hostile bytes: `proxy`, `push` and `verify` report them and go on."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import socket
import threading
from contextlib import suppress
from random import Random

import httpx

from crm_contracts.providers import push
from crm_contracts.providers.no_cookies import NoCookies
from crm_contracts.providers.no_redirects import make_final
from crm_contracts.report.formats import render
from crm_mocks.errors import UsageError
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import mutated_bytes
from tests.providers.proxy.through import ORIGIN, Proxy

_SECONDS = 0.5
_BOMB = gzip.compress(b"[" * 3_000_000, mtime=0)
_NESTED_BOMB = gzip.compress(gzip.compress(bytes(30_000_000), mtime=0), mtime=0)
_MEMBERS = gzip.compress(b"", mtime=0) * 20_000
_ANSWERS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=klingon\r\nContent-Length: 4\r\n\r\n"\xff\xfe"',
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 307 Temporary Redirect\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(_BOMB), _BOMB),
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n%s"
    % (len(_NESTED_BOMB), _NESTED_BOMB),
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(_MEMBERS), _MEMBERS),
    b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate, br, gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 429 Slow Down\r\nRetry-After: " + b"9" * 400 + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 x\r\nRetry-After: Sat, 31 Jan 99999 25:61:61 GMT\r\nDate: x\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Domain=.test; Max-Age=" + b"9" * 300 + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n::error::x\n##vso[x]y",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest nonce="\r\nContent-Length: 0\r\n\r\n',
    b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 300 + b"Content-Length: 0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\n" + b"1" * 5000,
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5002\r\n\r\n[" + b"9" * 5000 + b"]",
)
_ENDINGS = ("close", "close", "close", "reset", "wait", "endless")
"""What follows the bytes of an answer."""


class Hostile:
    """A server that answers each request with given bytes."""

    def __init__(self) -> None:
        self.answer, self.ending = b"", "close"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=self._listener.accept()[:1], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        answer, ending = self.answer, self.ending
        with connection, suppress(OSError):
            connection.settimeout(5)
            connection.recv(65536)
            connection.sendall(answer)
            if ending == "wait":
                while connection.recv(65536):
                    pass
            while ending == "endless":
                connection.sendall(b"x" * 4096)
            if ending == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def close(self) -> None:
        self._listener.close()


class Answers(Attack):
    """What all attacks by answers share."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.server = Hostile()
        self.held.callback(self.server.close)
        self._numbers = itertools.count()

    def make(self, rng: Random) -> Input:
        answer = rng.choice(_ANSWERS)
        if rng.random() < 0.7:
            answer = mutated_bytes(rng, answer)
        return {"answer": answer.decode("latin-1"), "ending": rng.choice(_ENDINGS)}

    def prepare(self, made: Input) -> None:
        """Have the server give an answer."""
        self.server.answer, self.server.ending = made["answer"].encode("latin-1"), made["ending"]


class ProxyAnswers(Answers):
    """The client of the proxy gets the answer or a 502 or 504, and the exchange is recorded."""

    def fault(self, made: Input) -> str:
        self.prepare(made)
        return asyncio.run(self._forwarded())

    async def _forwarded(self) -> str:
        proxy = Proxy(self.server.url, seconds=_SECONDS, body_bytes=1_000_000)
        try:
            status, media_type = await self._status(proxy)
        finally:
            await proxy.close()
        if len(proxy.seen) != 1:
            return f"{len(proxy.seen)} exchanges are recorded"
        if status in (502, 504) and media_type == "application/problem+json":
            return ""
        failure = proxy.seen[0].failure or ""
        is_forwarded = status == proxy.seen[0].status or f"the body of the response, {status}" in failure
        return "" if is_forwarded else f"{status} for {failure!r}"

    @staticmethod
    async def _status(proxy: Proxy) -> tuple[int, str]:
        """Send a request; return status and media type of the response, whose body may be broken."""
        transport = httpx.ASGITransport(proxy.application)
        async with (
            httpx.AsyncClient(
                transport=transport, base_url=ORIGIN, cookies=NoCookies(), event_hooks={"response": [make_final]}
            ) as client,
            client.stream("GET", "/leads") as response,
        ):
            return response.status_code, response.headers.get("content-type", "")


class PushAnswers(Answers):
    """A push is judged, and reported in any format, whatever the receiver answers."""

    def fault(self, made: Input) -> str:
        self.prepare(made)
        with push.to_url("activix", f"{self.server.url}/leads", timeout=_SECONDS, seed=1) as pusher:
            try:
                pusher.push()
            except UsageError as error:
                if "no connection within" not in str(error):
                    raise
                return ""  # this machine was busy with other things for as long
            document = push_report(pusher)
        for form in ("terminal", "html", "junit", "json", "markdown"):
            render(document, form).encode("utf-8", "backslashreplace")
        return ""


def push_report(pusher: push.Pusher) -> object:
    """Return the report on what was pushed."""
    from crm_contracts.judge.reports.verdict_report import report

    return report(pusher.verdict(), "push")
