"""A provider with a supplied contract: our own mock of it, behind a gateway that makes mistakes."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import crm_mocks

WORKSHOP = Path(__file__).parent / "workshop.yaml"
KEY = {"X-Workshop-Key": "demo-key"}
_DROPPED = ("host", "connection", "content-length", "transfer-encoding", "date", "server")


@dataclass
class Message:
    """A request or its response.

    Attributes:
        line: method and path of a request.
        status: of a response.
        headers: header lines.
        body: as sent.
    """

    line: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Forward = Callable[[Message], Message]
Mistake = Callable[[Message, Forward], Message]
"""Returns the response to a request, which it may forward."""


def sound(request: Message, forward: Forward) -> Message:
    """Forward a request unchanged."""
    return forward(request)


class _Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    target = ""
    mistake = staticmethod(sound)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Message(f"{self.command} {self.path}", headers=_kept(self.headers.items()), body=body)
        response = self.mistake(request, self._forward)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _forward(self, request: Message) -> Message:
        upstream = http.client.HTTPConnection(urlsplit(self.target).netloc)
        method, _, path = request.line.partition(" ")
        upstream.request(method, path, request.body or None, request.headers)
        response = upstream.getresponse()
        body = response.read()
        upstream.close()
        return Message(status=response.status, headers=_kept(response.getheaders()), body=body)

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


def _kept(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _DROPPED}


@contextmanager
def provider(mistake: Mistake = sound, contract: Path = WORKSHOP) -> Iterator[str]:
    """Serve a contract while the `with` block lasts; yield the URL."""
    with crm_mocks.serve([str(contract)], port=0) as mocks:
        handler = type("Handler", (_Gateway,), {"target": mocks.url, "mistake": staticmethod(mistake)})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
