"""Generated answers that differ from a documented one in one thing."""

from __future__ import annotations

from crm_contracts.fuzz import FuzzedAnswer
from crm_contracts.fuzz.documented import documented
from crm_contracts.fuzz.pools import pool
from crm_mocks.faults import Fault

SILENCE_MS = 60_000
"""For how long an answer stays away that does not come."""


def altered(operation: str, outcome: str, words: str) -> FuzzedAnswer:
    """Return a documented answer with the alteration that has these words.

    Args:
        operation: `<vendor>.<operationId>`.
        outcome: name of the documented example.
        words: of the alteration, as the fuzzer tells of it.
    """
    [start] = documented(operation, None, outcome)
    found = pool(start)
    [(each, allowed)] = [
        (each, alterations is found.allowed)
        for alterations in (found.allowed, found.forbidden)
        for several in alterations.values()
        for each in several
        if each.words == words
    ]
    draft = each.change(start.draft)
    return FuzzedAnswer(
        operation=operation,
        unusual=words,
        allowed=allowed,
        kind=each.kind,
        outcome=outcome,
        status=draft.status,
        headers=draft.headers,
        body=draft.body,
        chunked=draft.chunked,
        fault=draft.fault,
        delay_ms=SILENCE_MS if draft.fault is Fault.TIMEOUT else draft.delay_ms,
        phase=draft.phase,
    )
