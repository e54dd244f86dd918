"""Sample exchanges for tests of the journal."""

from __future__ import annotations

from random import Random
from typing import Any

from crm_mocks.contract import Notice
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.violations import Violation


def exchange(number: int, session: str = "s", **fields: Any) -> JournalEntry:
    """Return an exchange; keywords as in `JournalEntry`."""
    given: dict[str, Any] = {
        "id": f"{session}-{number}",
        "number": number,
        "session": session,
        "at": "2026-01-31T12:00:00+00:00",
        "vendor": "v",
        "operation": "v.create",
        "method": "POST",
        "path": "/v/leads",
        "query": "a=b",
        "request_headers": [("host", "127.0.0.1"), ("x-name", "Zoë")],
        "request_body": b'{"number": %d}' % number,
        "status": 201,
        "outcome": "created",
        "response_headers": [("Content-Type", "application/json"), ("Content-Length", "2")],
        "response_body": b"{}",
        "chosen_by": "mock",
        "violations": [],
        "notices": [],
        "digest": "d" * 64,
        "milliseconds": 0.25,
    }
    return JournalEntry(**{**given, **fields})


def mixed(number: int, random: Random, session: str = "s") -> JournalEntry:
    """Return a random kind of exchange."""
    places: list[tuple[str | int, ...]] = [("body", "email"), ("body", "phones", random.randrange(9), "number")]
    broken = [Violation(random.choice(places), random.choice(["type", "format"]), "is wrong", "string")] * 1
    kind = random.randrange(5)
    if kind == 0:
        return exchange(number, session, violations=broken, status=400, outcome="invalid")
    if kind == 1:
        return exchange(number, session, notices=[Notice("deprecated", random.choice(places), "is old")])
    if kind == 2:
        path = f"/v/{random.randrange(12)}"
        return exchange(number, session, operation="", path=path, status=404, outcome="not_found")
    if kind == 3:
        return exchange(number, session, chosen_by=random.choice(["queue", "Prefer", "magic"]), status=503, outcome="")
    return exchange(number, session, operation=random.choice(["v.create", "v.read"]))
