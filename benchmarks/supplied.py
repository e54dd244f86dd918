"""What a request to a supplied contract costs beside one to the product's own: `python -m benchmarks.supplied`.

One process, no socket, as in `benchmarks.profile`. Each operation has a comparable one in the product: createLead of
the Config API for those that validate and store a body; LeadBank's getLeads for a page of ten records and for one
record; its validateGetLeads for those that only find records and change their state. A large record has the size of a
lead, in requests and responses, and 300 are stored; creating one is compared with createLead, whose response is short,
and what getLeads costs more than validateGetLeads.

Both sides are called in turns, and the processor time of each is the median of its rounds, so that other work on the
machine counts little. Exit code 1 if one costs over a fifth more.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import payload
from benchmarks.supplied_contract import contract
from crm_mocks.app import AsgiApp, create_app
from crm_mocks.generic import GenericVendor
from crm_mocks.supplied import read_contract

LIMIT: Final = 1.2
"""Processor time of a request to a supplied contract over that of a comparable one."""

_ROUNDS: Final = 31
_REQUESTS: Final = 40
_PAGE: Final = 10
_STORED: Final = 300
_MEMBERS: Final = [f"custom_field_{number}" for number in range(24)]
"""Further members of a large record, which make it as long as a lead."""

_LEADS: Final = "/api/leads"


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
        self._small = _supplied(folder, "small", ())
        self._large = _supplied(folder, "large", _MEMBERS)
        config = create_app([payload.VENDOR], settings={f"{payload.VENDOR}.rate_limit": "off"})
        self._config = Caller(config, {"x-api-key": payload.KEY})
        self._one, self._ten, self._received = map(_leadbank, (1, _PAGE, 1))
        self._confirmed = b""
        self._number = 0

    async def run(self) -> None:
        """Call all operations in each round."""
        leads = await self._received.call("POST", _LEADS, b"1")
        self._confirmed = b"[%d]" % json.loads(leads)["Leads"][0]["IDLeadBank"]
        for _ in range(_STORED):
            await self._creation(self._large, _MEMBERS).send()
        await self._round()  # compiles schemas
        self.seconds.clear()
        gc.collect()
        gc.freeze()
        for _ in range(_ROUNDS):
            await self._round()

    async def _round(self) -> None:
        await self._operations(self._small, ())
        await self._operations(self._large, _MEMBERS)

    async def _operations(self, caller: Caller, members: Sequence[str]) -> None:
        """Call all operations of one contract."""
        prefix = "large " if members else ""
        creations = [self._creation(caller, members) for _ in range(_REQUESTS)]
        created = await self._both(f"{prefix}create", creations, self._leads(), has_response=bool(members))
        paths = [f"/contacts/{json.loads(each)['id']}" for each in created]
        lists = [Sent(caller, "GET", "/contacts", query=f"limit={_PAGE}")] * _REQUESTS
        await self._both(f"{prefix}list", lists, [Sent(self._ten, "POST", _LEADS, b"%d" % _PAGE)] * _REQUESTS)
        reads = [Sent(caller, "GET", each) for each in paths]
        await self._both(f"{prefix}read", reads, [self._lead()] * _REQUESTS)
        change = json.dumps(dict.fromkeys(members or ["first_name"], "Grace Brewster Murray Hopper")).encode()
        changes = [Sent(caller, "PATCH", each, change) for each in paths]
        await self._both(f"{prefix}change", changes, self._leads(), has_response=bool(members))
        deletions = [Sent(caller, "DELETE", each) for each in paths]
        await self._both(f"{prefix}delete", deletions, [self._confirmation()] * _REQUESTS)

    def _lead(self) -> Sent:
        return Sent(self._one, "POST", _LEADS, b"1")

    def _confirmation(self) -> Sent:
        return Sent(self._received, "POST", f"{_LEADS}/ValidateGetLeads", self._confirmed)

    async def _both(
        self, name: str, supplied: list[Sent], own: list[Sent], *, has_response: bool = False
    ) -> list[bytes]:
        """Send requests of both sides, and return the responses of the supplied contract.

        Args:
            name: of the operation.
            supplied: requests to the supplied contract.
            own: requests to the product's own.
            has_response: count a lead in the response of each of the product's own too.
        """
        seconds, own_seconds = self.seconds.setdefault(name, ([], []))
        responses = await _timed(supplied, seconds)
        await _timed(own, own_seconds)
        if has_response:
            with_lead: list[float] = []
            without: list[float] = []
            await _timed([self._lead()] * _REQUESTS, with_lead)
            await _timed([self._confirmation()] * _REQUESTS, without)
            own_seconds[-1] += with_lead[0] - without[0]
        return responses

    def _creation(self, caller: Caller, members: Sequence[str]) -> Sent:
        self._number += 1
        contact = {
            "email": f"ada.{self._number}@example.com",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "address": {"street": "1 Main Street", "city": "Oakville", "country": "CA"},
            **dict.fromkeys(members, "Ada Lovelace, Countess"),
        }
        return Sent(caller, "POST", "/contacts", json.dumps(contact).encode())

    def _leads(self) -> list[Sent]:
        numbers = range(self._number, self._number + _REQUESTS)
        self._number += _REQUESTS
        return [Sent(self._config, "POST", payload.path(), payload.encoded(number)) for number in numbers]


async def _timed(requests: list[Sent], seconds: list[float]) -> list[bytes]:
    began = time.process_time()
    responses = [await each.send() for each in requests]
    seconds.append((time.process_time() - began) / len(requests))
    return responses


def _supplied(folder: Path, name: str, members: Sequence[str]) -> Caller:
    """Return a caller of a supplied contract whose records have further members."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(contract(members)))
    return Caller(create_app([GenericVendor(name, read_contract(path, name))]))


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
            f"{name:12} {statistics.median(supplied) * 1e6:7.1f} µs  beside {statistics.median(own) * 1e6:7.1f} µs:"
            f" {ratio:.2f} times"
        )
    return int(dear)


if __name__ == "__main__":
    sys.exit(main())
