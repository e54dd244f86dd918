"""Clients under way: each in a session of its own, in a process that stays, and held to what its README says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crm_contracts.fuzz import FuzzedAnswer
from crm_contracts.pytest_plugin.channel import SocketChannel
from crm_contracts.pytest_plugin.mocks import opened
from tests.examples.other_clients import CLIENTS, Fuzzing, fuzzing
from tests.examples.persistent_program import PersistentProgram, Run
from tests.examples.test_examples import EXAMPLES

SYMPTOMS = HANG, DUPLICATE = "hang", "retry made a duplicate"
SYSEXITS = (0, 65, 75, 77)
SHORT = "0.2"
"""Seconds that an answer may take which does not come."""


def wrong(run: Run, answer: FuzzedAnswer, rules: Fuzzing, surplus: int) -> str:
    """Return why a client did not survive an answer; nothing if it did."""
    if run.code is None:
        return HANG
    if surplus > 0:
        return DUPLICATE
    if run.code not in SYSEXITS:
        return f"exit code {run.code}"
    if run.code != rules.expect.get(answer.kind, run.code):
        return f"exit code {run.code}"
    if rules.never_prints and re.search(rules.never_prints, run.output):
        return f"printed {rules.never_prints}"
    if rules.prints and answer.allowed and answer.status == 200 and "id" in (body := _read(answer.body)):
        wanted = rules.prints.replace("{body.id}", re.escape(body["id"]))
        return "" if run.code or re.search(wanted, run.output, re.MULTILINE) else f"did not print {body['id']}"
    return ""


def _read(body: bytes) -> dict[str, Any]:
    value = json.loads(body, parse_int=str)
    return value if isinstance(value, dict) else {}


class Stand:
    """Where a client is tried: a session of its own, and a process that stays; to be closed."""

    def __init__(self, name: str, url: str, session: str, **variables: str) -> None:
        """Start the client.

        Args:
            name: of the example.
            url: of the mocks.
            session: of the client.
            variables: of its environment.
        """
        client = CLIENTS[name]
        self._mocked = opened(SocketChannel(url), session, [], {client.vendor: {}})[client.vendor]
        self._rules = fuzzing(name)
        self._kind = client.stored
        address = {f"CRM_MOCKS_{client.vendor.upper()}_URL": self._mocked.url}
        self.program = PersistentProgram(self._rules.command, EXAMPLES / name, {**address, **variables})
        self.plain, self._stored = self._run()

    def run(self) -> Run:
        """Have the client make a run in a fresh session."""
        return self._run()[0]

    def survives(self, answer: FuzzedAnswer, seconds: float = 60.0) -> str:
        """Give it an answer; return why it did not survive, if so."""
        run, count = self._run(answer, seconds)
        return wrong(run, answer, self._rules, count - self._stored)

    def _run(self, answer: FuzzedAnswer | None = None, seconds: float = 60.0) -> tuple[Run, int]:
        self._mocked.reset()
        if answer is not None:
            self._mocked.respond(answer)
        return self.program.run(seconds), len(self._mocked.records(self._kind))


class Stands:
    """Clients, of which those that are hardened stay for several tests; to be closed."""

    def __init__(self, url: str) -> None:
        """Take note of the mocks' URL."""
        self._url = url
        self._hardened: dict[str, Stand] = {}

    def hardened(self, name: str, *, in_a_hurry: bool = False) -> Stand:
        """Return a client as it is.

        Args:
            name: of the example.
            in_a_hurry: it has a very short limit of time.
        """
        session = f"{name}-in-a-hurry" if in_a_hurry else name
        if session not in self._hardened:
            self._hardened[session] = self._made(name, session, "", in_a_hurry=in_a_hurry)
        return self._hardened[session]

    @contextmanager
    def weak(self, name: str, weakness: str, *, in_a_hurry: bool) -> Iterator[Stand]:
        """Give a client with a weakness, the arguments as of `hardened`."""
        stand = self._made(name, f"{name}-{weakness}", weakness, in_a_hurry=in_a_hurry)
        yield stand
        stand.program.close()

    def close(self) -> None:
        """End the processes that have stayed."""
        for stand in self._hardened.values():
            stand.program.close()

    def _made(self, name: str, session: str, weakness: str, *, in_a_hurry: bool) -> Stand:
        hurry = {f"{CLIENTS[name].vendor.upper()}_SECONDS": SHORT} if in_a_hurry else {}
        return Stand(name, self._url, session, WEAKNESS=weakness, **hurry)
