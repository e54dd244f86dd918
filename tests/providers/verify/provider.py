"""A small provider with a small contract, and deliberate defects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.providers.served_handler import served

_ERROR = {
    "description": "Refused.",
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
        }
    },
}
_THING = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
}
_CREATED = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}


def contract(*operations: str) -> dict[str, Any]:
    """Return a contract with operations that create things, each at a path with its name."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {f"/{name}": {"post": _creation(name)} for name in operations},
    }


def _creation(operation: str) -> dict[str, Any]:
    return {
        "operationId": operation,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _THING}}},
        "responses": {
            "200": {"description": "Created.", "content": {"application/json": {"schema": _CREATED}}},
            **dict.fromkeys(("400", "404", "405", "415"), _ERROR),
        },
    }


Response = tuple[int, Any]


@dataclass(frozen=True)
class ReceivedRequest:
    """A request and the correct response to it.

    Attributes:
        body: decoded JSON; `None` if it is not JSON.
        right: the correct response.
    """

    body: Any
    right: Response

    @property
    def valid(self) -> bool:
        """Whether the request satisfies the contract."""
        return self.right[0] == 200

    @property
    def has_size(self) -> bool:
        """Whether the body has a size."""
        return isinstance(self.body, dict) and "size" in self.body


Defect = Callable[[ReceivedRequest], Response]
"""Returns the response to a request."""


def sound(request: ReceivedRequest) -> Response:
    """Return the correct response."""
    return request.right


def _right(body: Any) -> Response:
    good = (
        isinstance(body, dict)
        and isinstance(body.get("name"), str)
        and type(body.get("size", 0)) in (int, float)
        and body.get("size", 0) == int(body.get("size", 0))
    )
    return (200, {"id": 1}) if good else (400, {"error": "not a thing"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffers a response, since a second packet would wait for the acknowledgement of the first
    defects: Mapping[str, Defect]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def _respond(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        defect = self.defects.get(self.path.partition("?")[0].removeprefix("/"))
        if defect is None:
            self._send(404, {"error": "no such path"})
        elif self.command != "POST":
            self._send(405, {"error": "POST only"}, Allow="POST")
        elif raw and self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            self._send(415, {"error": "JSON only"})
        else:
            try:
                body = json.loads(raw)
            except ValueError:
                body = None
            self._send(*defect(ReceivedRequest(body, _right(body))))

    def _send(self, status: int, document: Any, **headers: str) -> None:
        raw = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


@contextmanager
def provider(defects: Mapping[str, Defect]) -> Iterator[str]:
    """Serve operations, each with its defect, while the `with` block lasts; yield the URL."""
    handler = type("Handler", (_Handler,), {"defects": defects})
    with served(handler) as url:
        yield url
