"""What a request to a supplied contract costs beside one to the product's own: `python -m benchmarks.supplied`.

One process, no socket, as in `benchmarks.profile`. Each operation has a comparable one in the product: createLead of
the Config API for those that validate and store a body; LeadBank's getLeads for a page of ten records and for one
record; its validateGetLeads for those that only find records and change their state. Both are called in turns, and the
processor time of each is the median of its rounds, so that other work on the machine counts little. Exit code 1 if one
costs over a fifth more.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import payload
from crm_mocks.app import AsgiApp, create_app
from crm_mocks.generic import GenericVendor
from crm_mocks.supplied import read_contract

LIMIT: Final = 1.2
"""Processor time of a request to a supplied contract over that of a comparable one."""

_ROUNDS: Final = 31
_REQUESTS: Final = 40
_PAGE: Final = 10
_LEADS: Final = "/api/leads"

_MOMENT: Final = {"type": "string", "format": "date-time", "readOnly": True}
_CONTACT: Final = {
    "type": "object",
    "required": ["id", "email"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "email": {"type": "string", "format": "email"},
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "phone": {"type": "string", "nullable": True},
        "status": {"type": "string", "enum": ["open", "closed"], "default": "open"},
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}, "country": {"type": "string"}},
        },
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
    },
}
_LIST: Final = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Contact"}},
        "total": {"type": "integer"},
    },
}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def contract() -> dict[str, Any]:
    """Return a contract as users write it, with one resource."""
    contact = {"$ref": "#/components/schemas/Contact"}
    answer = {"200": {"description": "a contact", **_content(contact)}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Small CRM", "version": "1"},
        "paths": {
            "/contacts": {
                "get": {
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "contacts", **_content(_LIST)}},
                },
                "post": {
                    "requestBody": {"required": True, **_content(contact)},
                    "responses": {"201": {"description": "a contact", **_content(contact)}},
                },
            },
            "/contacts/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"responses": answer},
                "patch": {"requestBody": {"required": True, **_content({"type": "object"})}, "responses": answer},
                "delete": {"responses": {"204": {"description": "nothing"}}},
            },
        },
        "components": {"schemas": {"Contact": _CONTACT}},
    }


@dataclass
class Caller:
    """Calls an application as a server would.

    Attributes:
        app: the application.
        headers: sent with each request.
    """

    app: AsgiApp
    headers: Mapping[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: bytes = b"", query: str = "") -> bytes:
        """Send a request and return the body of the response.

        Raises:
            SystemExit: the response is no success.
        """
        received: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            received.append(message)

        await self.app(self._scope(method, path, body, query), receive, send)
        raw = b"".join(message.get("body", b"") for message in received)
        if received[0]["status"] >= 300:
            raise SystemExit(f"{method} {path} is answered with {received[0]['status']}: {raw.decode()}")
        return raw

    def _scope(self, method: str, path: str, body: bytes, query: str) -> dict[str, Any]:
        headers = [(b"host", b"127.0.0.1"), *((name.encode(), value.encode()) for name, value in self.headers.items())]
        if body:
            headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "server": ("127.0.0.1", 4010),
            "client": ("127.0.0.1", 50000),
            "state": {},
        }


@dataclass(frozen=True)
class Sent:
    """One request, ready to be sent."""

    caller: Caller
    method: str
    path: str
    body: bytes = b""
    query: str = ""

    async def send(self) -> bytes:
        """Send it and return the body of the response."""
        return await self.caller.call(self.method, self.path, self.body, self.query)


class Comparison:
    """Calls a supplied contract and the product's own CRMs in turns.

    Attributes:
        seconds: processor time of a request in each round, by operation: of the supplied contract, and of the other.
    """

    def __init__(self, folder: Path) -> None:
        self.seconds: dict[str, tuple[list[float], list[float]]] = {}
        path = folder / "small.json"
        path.write_text(json.dumps(contract()))
        self._small = Caller(create_app([GenericVendor("small", read_contract(path, "small"))]))
        config = create_app([payload.VENDOR], settings={f"{payload.VENDOR}.rate_limit": "off"})
        self._config = Caller(config, {"x-api-key": payload.KEY})
        self._one, self._ten, self._received = map(_leadbank, (1, _PAGE, 1))
        self._confirmed = b""
        self._number = 0

    async def run(self) -> None:
        """Call all operations in each round."""
        leads = await self._received.call("POST", _LEADS, b"1")
        self._confirmed = b"[%d]" % json.loads(leads)["Leads"][0]["IDLeadBank"]
        await self._round()  # compiles schemas
        self.seconds.clear()
        gc.collect()
        gc.freeze()
        for _ in range(_ROUNDS):
            await self._round()

    async def _round(self) -> None:
        small = self._small
        creations = [Sent(small, "POST", "/contacts", self._contact()) for _ in range(_REQUESTS)]
        created = await self._both("create", creations, self._leads())
        paths = [f"/contacts/{json.loads(each)['id']}" for each in created]
        lists = [Sent(small, "GET", "/contacts", query=f"limit={_PAGE}")] * _REQUESTS
        await self._both("list", lists, [Sent(self._ten, "POST", _LEADS, b"%d" % _PAGE)] * _REQUESTS)
        reads = [Sent(small, "GET", each) for each in paths]
        await self._both("read", reads, [Sent(self._one, "POST", _LEADS, b"1")] * _REQUESTS)
        changes = [Sent(small, "PATCH", each, b'{"first_name": "Grace"}') for each in paths]
        await self._both("change", changes, self._leads())
        deletions = [Sent(small, "DELETE", each) for each in paths]
        confirmation = Sent(self._received, "POST", f"{_LEADS}/ValidateGetLeads", self._confirmed)
        await self._both("delete", deletions, [confirmation] * _REQUESTS)

    async def _both(self, name: str, supplied: list[Sent], own: list[Sent]) -> list[bytes]:
        """Send requests of both sides, and return the responses of the supplied contract."""
        seconds, own_seconds = self.seconds.setdefault(name, ([], []))
        responses = await _timed(supplied, seconds)
        await _timed(own, own_seconds)
        return responses

    def _contact(self) -> bytes:
        self._number += 1
        contact = {
            "email": f"ada.{self._number}@example.com",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "address": {"street": "1 Main Street", "city": "Oakville", "country": "CA"},
        }
        return json.dumps(contact).encode()

    def _leads(self) -> list[Sent]:
        numbers = range(self._number, self._number + _REQUESTS)
        self._number += _REQUESTS
        return [Sent(self._config, "POST", payload.path(), payload.encoded(number)) for number in numbers]


async def _timed(requests: list[Sent], seconds: list[float]) -> list[bytes]:
    began = time.process_time()
    responses = [await each.send() for each in requests]
    seconds.append((time.process_time() - began) / len(requests))
    return responses


def _leadbank(count: int) -> Caller:
    """Return a caller of a CRM that hands out so many leads at once."""
    return Caller(create_app(["leadbank"], settings={"leadbank.leads": count, "leadbank.batch": count}))


def main() -> int:
    """Print what each operation costs."""
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(Path(folder))
        asyncio.run(comparison.run())
    dear = False
    for name, (supplied, own) in comparison.seconds.items():
        ratio = statistics.median(supplied) / statistics.median(own)
        dear |= ratio > LIMIT
        print(
            f"{name:8} {statistics.median(supplied) * 1e6:7.1f} µs  beside {statistics.median(own) * 1e6:7.1f} µs:"
            f" {ratio:.2f} times"
        )
    return int(dear)


if __name__ == "__main__":
    sys.exit(main())
