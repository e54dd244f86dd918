"""Mixed traffic of all CRMs: valid, invalid, steered and faulty requests, and clients that go away in the middle."""

from __future__ import annotations

import base64
import http.client
import json
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from benchmarks.load import MARK, complete
from crm_mocks.cli.credentials import demo_credentials
from crm_mocks.cli.curl import PLACEHOLDER
from crm_mocks.contract import Operation
from crm_mocks.faults import Fault
from crm_mocks.vendor import load_vendor, vendor_names

FAULTY = "faulty"
"""The session in which faults are queued, so that no other request meets one."""

_TOKEN_USES = 200
_LINGER_NOT = struct.pack("ii", 1, 0)
"""With this option, closing a socket resets the connection."""


class Broken(Exception):
    """The server closed or spoilt a connection."""


@dataclass(frozen=True)
class Example:
    """A request of a contract's examples, or the only one of an operation without a body.

    Attributes:
        body: as text, in which `{{token}}` and the mark of a number may stand.
    """

    operation: Operation
    headers: dict[str, str]
    path: str
    media_type: str
    body: str


@dataclass
class Seen:
    """What one client saw.

    Attributes:
        kinds: how many requests of each kind.
        statuses: of answers that came whole.
        wrong: what ought not to have happened, in words.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def examples() -> list[Example]:
    """Return the example requests of all contracts; identifiers and addresses in them vary with the number."""
    found = []
    for name in vendor_names():
        vendor = load_vendor(name)
        contract = vendor.contract_file.in_force(vendor.settings_type())
        for operation in contract.operations.values():
            headers, query = _credentials(vendor.credentials, contract.security_schemes, operation)
            path = operation.path + query
            if operation.body is None or not operation.body.examples:
                found.append(Example(operation, headers, path, "", ""))
                continue
            for media_type, value in operation.body.examples.values():
                text = value if isinstance(value, str) else json.dumps(_varied(value))
                found.append(Example(operation, headers, path, media_type.name, text))
    return found


def _credentials(demo: Any, schemes: Any, operation: Operation) -> tuple[dict[str, str], str]:
    given = demo_credentials(demo, schemes, operation.security)
    headers = dict(given.headers or {})
    if given.user is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(given.user.encode()).decode()}"
    query = "&".join(f"{name}={quote(value)}" for name, value in (given.query or {}).items())
    return headers, f"?{query}" if query else ""


def _varied(value: Any) -> Any:
    """Put the mark of a number where a lead must differ from others: at its top a numeric id, anywhere an e-mail."""
    if isinstance(value, list):
        return [_varied(each) for each in value]
    if not isinstance(value, dict):
        return value
    varied = {name: _varied(inner) for name, inner in value.items()}
    if isinstance(varied.get("email"), str) and "mock-" not in varied["email"]:
        varied["email"] = f"{MARK.decode()}.{varied['email']}"
    if "account" in varied and isinstance(varied.get("id"), int) and varied["id"] > 0:
        varied["id"] = int(b"1" + MARK)
    return varied


class Client:
    """One client with one connection, which does one thing after the other.

    Attributes:
        seen: what came of it.
    """

    def __init__(self, port: int, number: int) -> None:
        self.seen = Seen()
        self._port = port
        self._number = number * 100_000_000
        self._random = random.Random(number)
        self._examples = examples()
        self._socket: socket.socket | None = None
        self._token = ""
        self._kinds: list[tuple[str, int, Callable[[Example], None]]] = [
            ("example", 60, self._example),
            ("spoilt", 15, self._spoilt),
            ("steered", 15, self._steered),
            ("gone in the middle", 5, self._gone),
            ("fault", 5, self._fault),
        ]

    def step(self) -> None:
        """Do one thing."""
        self._number += 1
        weights = [weight for _, weight, _ in self._kinds]
        kind, _, act = self._random.choices(self._kinds, weights)[0]
        self.seen.kinds[kind] += 1
        example = self._random.choice(self._examples)
        try:
            act(example)
        except (OSError, Broken) as error:
            self._close()
            self.seen.wrong.append(f"{kind} {example.operation.key}: {error!r}")

    def _example(self, example: Example) -> None:
        status = self._exchange(self._request(example))
        if status >= 500:
            self.seen.wrong.append(f"{example.operation.key} is answered with {status}")

    def _spoilt(self, example: Example) -> None:
        """Send a body with a few bytes changed, cut or doubled; wrong credentials now and then."""
        body = bytearray(self._body(example))
        for _ in range(self._random.randint(1, 5)):
            if body:
                at = self._random.randrange(len(body))
                cut = self._random.choice([b"", b'"', b"}", b"\xff", b"\x00", b"9" * 400, b"[" * 300, b"null"])
                body[at : at + self._random.randint(0, 3)] = cut
        headers = {} if self._random.random() < 0.2 else example.headers
        status = self._exchange(self._bytes(example, bytes(body), headers))
        if status >= 500:
            self.seen.wrong.append(f"{example.operation.key} answers a spoilt body with {status}: {bytes(body)!r}")

    def _steered(self, example: Example) -> None:
        """Ask for a documented answer, and see that it comes."""
        outcome = self._random.choice(list(example.operation.outcomes.values()))
        prefer = f"example={outcome.name}" + self._random.choice(["", ", dynamic=true"])
        status = self._exchange(self._request(example, {"Prefer": prefer}))
        if status != outcome.status:
            self.seen.wrong.append(f"{example.operation.key} answers Prefer: {prefer} with {status}")

    def _gone(self, example: Example) -> None:
        """Go away in the middle of a request, or without waiting for the answer: by reset or by close."""
        request = self._request(example)
        cut = self._random.choice([len(request), self._random.randrange(1, len(request))])
        connection = self._connection()
        if self._random.random() < 0.5:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        connection.sendall(request[:cut])
        self._close()

    def _fault(self, example: Example) -> None:
        """Queue a fault, and meet it; whatever comes is what was asked for."""
        fault = self._random.choice(list(Fault))
        queued = {
            "session": FAULTY,
            "operation": example.operation.key,
            "fault": fault.value,
            "delay_ms": self._random.randint(0, 50),
            "phase": self._random.choice(["before", "after"]),
        }
        status = self._ask("POST", "/__admin/responses", queued)[0]
        if status not in (200, 201):
            self.seen.wrong.append(f"the fault {fault.value} is not queued: {status}")
        with suppress(OSError, Broken):  # as it was asked for
            self._exchange(self._request(example, {"X-Mock-Session": FAULTY}), count=False)
        self._close()

    def _request(self, example: Example, further: dict[str, str] | None = None) -> bytes:
        return self._bytes(example, self._body(example), {**example.headers, **(further or {})})

    def _body(self, example: Example) -> bytes:
        text = example.body
        if PLACEHOLDER.search(text):
            text = PLACEHOLDER.sub(self._live_token(), text)
        return text.encode().replace(MARK, b"%010d" % self._number)

    def _bytes(self, example: Example, body: bytes, headers: dict[str, str]) -> bytes:
        lines = [f"{example.operation.method} {example.path} HTTP/1.1", "Host: 127.0.0.1"]
        if example.media_type:
            lines += [f"Content-Type: {example.media_type}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + (body if example.media_type else b"")

    def _exchange(self, request: bytes, *, count: bool = True) -> int:
        connection = self._connection()
        connection.sendall(request)
        received = bytearray()
        while not complete(received):
            data = connection.recv(65536)
            if not data:
                raise Broken(f"the connection ends after {len(received)} bytes")
            received += data
        if not received.startswith(b"HTTP/1.1 "):
            raise Broken(f"no HTTP: {bytes(received[:40])!r}")
        status = int(received[9:12])
        if count:
            self.seen.statuses[status] += 1
        if b"connection: close" in received.lower():
            self._close()
        return status

    def _connection(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _live_token(self) -> str:
        """Return a token that the login gives; a new one now and then, since some requests release theirs."""
        if not self._token or self._number % _TOKEN_USES == 0:
            login = next(each for each in self._examples if "/authentication/token" in each.path)
            answer = self._ask("POST", login.path, json.loads(login.body))[1]
            self._token = json.loads(answer)["data"]["token"]
        return self._token

    def _ask(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
