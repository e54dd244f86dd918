"""A poisoned shared state: other types, mutated and foreign values under our keys, on a real server."""

from __future__ import annotations

import asyncio
import itertools
import logging
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import httpx

from crm_mocks import create_app
from crm_mocks.app import AsgiApp
from crm_mocks.errors import UsageError
from tests.conftest import BASE_URL, NOW
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import mutated_bytes
from tests.state.shared.server import StateServer, program

_MOST_SECONDS = 20.0
"""A step that is repeated without end takes longer; one that is not takes less, however busy the machine is."""
_PATIENT = {"state.command_seconds": 60, "state.connect_seconds": 60}
_OTHER_TYPES: tuple[tuple[str | int, ...], ...] = (
    ("SET", "{key}", "x"),
    ("SET", "{key}", ""),
    ("SET", "{key}", "\xff" * 300),
    ("SET", "{key}", "1" * 300_000),
    ("RPUSH", "{key}", "a", "\xff\xfe", ""),
    ("HSET", "{key}", "id", "x", "version", "-1"),
    ("HSET", "{key}", "version", "nan", "total", "1e400"),
    ("SADD", "{key}", "a", "\xff"),
    ("ZADD", "{key}", 1, "a"),
    ("XADD", "{key}", "*", "a", "b"),
    ("PFADD", "{key}", "a"),
)
"""What takes the place of a key."""

_FIELDS = ("id", "version", "head", "base", "base_head", "total", "bytes", "log_bytes", "snapshot_bytes")
_VALUES = ("", "x", "-1", "0", "1e400", "nan", "9" * 400, "99999999", "\xff", "1.5", " 1")
_STAMPS = (
    "", "null", "[]", "{}", '{"epoch": 1, "options": []}', '{"epoch": "x", "options": {"format": 2}}', "\xff",
    "[" * 5000, '{"options": {}}',
)  # fmt: skip
_REQUESTS = (
    ("POST", "/api/leads", b"2"),
    ("POST", "/api/leads", b'"x"'),
    ("GET", "/__admin/requests", b""),
    ("GET", "/__admin/requests?wait_ms=20&count=99", b""),
    ("GET", "/__admin/requests/entry?id=default-1", b""),
    ("GET", "/__admin/responses", b""),
    ("GET", "/__admin/verdict", b""),
    ("GET", "/__admin/verdict?session=*", b""),
    ("POST", "/__admin/findings", b"{}"),
    ("GET", "/__admin/sessions", b""),
    ("GET", "/__admin/records", b""),
    ("DELETE", "/__admin/sessions/default", b""),
    ("POST", "/__admin/reset", b"{}"),
    ("POST", "/api/leads", b"2"),
)


def lacks() -> str:
    """Return what the machine lacks to run a server."""
    return "" if program() else "neither valkey-server nor redis-server is installed"


class SharedState(Attack):
    """Requests to mocks with a poisoned state get a response or the documented 503; a start succeeds or is refused."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._server = StateServer(Path(self.held.enter_context(tempfile.TemporaryDirectory())))
        self._server.start()
        self.held.callback(self._server.stop)
        self._numbers = itertools.count()
        self.held.callback(logging.disable, logging.root.manager.disable)

    def make(self, rng: Random) -> Input:
        kind = rng.choice(("type", "value", "value", "value", "field", "field", "gone", "stamp"))
        made: Input = {"kind": kind, "key": rng.randrange(1000), "place": rng.randrange(1000)}
        if kind == "type":
            made["command"] = list(rng.choice(_OTHER_TYPES))
        elif kind == "value":
            made["seed"] = rng.randrange(10**6)
        elif kind == "field":
            made["field"], made["value"] = rng.choice(_FIELDS), rng.choice(_VALUES)
        elif kind == "stamp":
            made["value"] = rng.choice(_STAMPS)
        return made

    def fault(self, made: Input) -> str:
        logging.disable(logging.CRITICAL)
        return asyncio.run(self._poisoned(made))

    async def _poisoned(self, made: Input) -> str:
        prefix = f"test-{next(self._numbers)}"
        first, second = (self._app(prefix) for _ in range(2))
        try:
            await first.mock_app.shared.start()
            await _sent(first, _REQUESTS[:2])
            self._poison(prefix, made)
            problem = await _sent(first, _REQUESTS)
            self._poison(prefix, made)
            try:
                await second.mock_app.shared.start()
            except UsageError as error:
                return problem or ("an error of several lines" if "\n" in str(error) else "")
            return problem or await _sent(second, _REQUESTS)
        finally:
            for each in (first, second):
                await each.mock_app.shared.stop()
            self._server.command("FLUSHALL")

    def _app(self, prefix: str) -> Any:
        settings = {"state.prefix": prefix, **_PATIENT}
        return create_app(["leadbank"], seed=1, now=NOW, state=self._server.url, state_wait=60.0, settings=settings)

    def _poison(self, prefix: str, made: Input) -> None:
        keys = sorted(self._server.command("KEYS", f"{prefix}:*"))
        if not keys:
            return
        key = keys[made["key"] % len(keys)]
        kind = made["kind"]
        if kind == "gone":
            self._server.command("DEL", key)
        elif kind == "stamp":
            self._server.command("SET", f"{prefix}:stamp", made["value"].encode("latin-1"))
        elif kind == "field":
            for each in keys:
                if self._type(each) == "hash":
                    self._server.command("HSET", each, made["field"], made["value"].encode("latin-1"))
        elif kind == "type":
            self._server.command("DEL", key)
            words = [key if each == "{key}" else each for each in made["command"]]
            self._server.command(*(each.encode("latin-1") if isinstance(each, str) else each for each in words))
        else:
            self._mutate(key, made)

    def _type(self, key: bytes) -> str:
        found = self._server.command("TYPE", key)
        return found.decode() if isinstance(found, bytes) else str(found)

    def _mutate(self, key: bytes, made: Input) -> None:
        """Mutate a value, an entry of a list or a field of a hash."""
        rng = Random(made["seed"])
        command, kind = self._server.command, self._type(key)
        if kind == "string":
            command("SET", key, mutated_bytes(rng, command("GET", key)))
        elif kind == "list":
            place = made["place"] % command("LLEN", key)
            command("LSET", key, place, mutated_bytes(rng, command("LINDEX", key, place)))
        elif kind == "hash":
            fields = sorted(command("HKEYS", key))
            field = fields[made["place"] % len(fields)]
            command("HSET", key, field, mutated_bytes(rng, command("HGET", key, field)))


async def _sent(app: AsgiApp, requests: tuple[tuple[str, str, bytes], ...]) -> str:
    """Send requests one after another; return what is wrong."""
    headers = {"Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL, headers=headers) as client:
        for method, path, body in requests:
            began = time.monotonic()
            response = await client.request(method, path, content=body)
            if time.monotonic() - began > _MOST_SECONDS:
                return f"{method} {path} takes {time.monotonic() - began:.1f} s"
            is_problem = response.headers.get("content-type") == "application/problem+json"
            if response.status_code >= 500 and not (response.status_code == 503 and is_problem):
                return f"{method} {path}: {response.status_code} {response.text:.200}"
    return ""
