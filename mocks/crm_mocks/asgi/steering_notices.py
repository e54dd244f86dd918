"""Notices of what was probably meant to choose the response, but is unknown: misspelt preferences and magic values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from crm_mocks.asgi.preferences import KNOWN
from crm_mocks.contract import Notice, Operation
from crm_mocks.faults import Fault
from crm_mocks.nearest_name import did_you_mean, nearest
from crm_mocks.request_context import RequestContext

_MAX_NOTICES: Final = 20
"""Notices of one request about its query; a client may send thousands of parameters."""

_STANDARD_PREFERENCES: Final = frozenset({"return", "respond-async", "wait", "handling"})
"""Preferences of RFC 7240, which are meant for the real server."""

_WORD: Final = re.compile(r"(?:^|\+)(mock[-_.]?[A-Za-z0-9_.-]{1,60}?)(?:@|\+|$)", re.ASCII | re.IGNORECASE)
_UNDOCUMENTED_STATUS: Final = re.compile(r"mock-[1-5][0-9][0-9]")
MAX_MAGIC_LENGTH: Final = 1_000
"""Number of characters of a value that are searched for magic words."""

_SIMILARITY: Final = 0.8
"""Similarity from which on a word is a misspelt magic value: a name such as `mock-user` is nobody's mistake."""


def preference_notices(context: RequestContext) -> Iterator[Notice]:
    """Yield notices of unknown preferences and query parameters."""
    prefer = context.headers.get("prefer")
    for part in prefer.replace(";", ",").split(",")[:_MAX_NOTICES] if prefer else ():
        name = part.partition("=")[0].strip().lower()
        if name and name not in KNOWN and name not in _STANDARD_PREFERENCES:
            yield _unknown_preference(name, KNOWN, ("header", "prefer"))
    if context.query_string and context.operation is not None:
        documented = [each.name for each in context.operation.parameters if each.place == "query"]
        yield from _query_notices(context.query, documented)


def _query_notices(query: Iterable[str], documented: list[str]) -> Iterator[Notice]:
    forms = [f"__{name}" for name in KNOWN]
    unknown = [name for name in query if name not in documented and name not in forms]
    for name in unknown[:_MAX_NOTICES]:
        if name.startswith("_") and nearest(name, forms):
            yield _unknown_preference(name, forms, ("query", name))
        else:
            hint = did_you_mean(name, documented)
            yield Notice("undocumented", ("query", name), f"parameter '{name}' is not in the contract{hint}")


def _unknown_preference(name: str, known: Iterable[str], location: tuple[str, ...]) -> Notice:
    hint = did_you_mean(name, known) or f": known are {', '.join(known)}"
    return Notice("preference", location, f"unknown preference '{name}'{hint}")


def magic_notices(value: Any, operation: Operation) -> Iterator[Notice]:
    """Yield notices of magic words in a value that choose nothing, but are similar to one that does.

    Args:
        value: a value of the request that may be magic, and chose no response.
        operation: operation of the request.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
        alike = [each for each in operation.magic_numbers if _may_be_meant(text, each)]
        similar = nearest(text, alike, _SIMILARITY) if alike else ""
        if similar:
            yield _unknown_magic(text, operation, similar)
    if not isinstance(value, str) or "mock" not in value[:MAX_MAGIC_LENGTH].lower():
        return
    names = [*operation.outcomes, *dict.fromkeys(str(outcome.status) for outcome in operation.outcomes.values())]
    known = [f"mock-{name}" for name in (*names, *(f"fault-{fault.lower()}" for fault in Fault))]
    for word in _WORD.findall(value[:MAX_MAGIC_LENGTH]):
        similar = nearest(word, known, _SIMILARITY)
        if similar != word and (similar or _UNDOCUMENTED_STATUS.fullmatch(word)):
            yield _unknown_magic(word, operation, similar)


def _may_be_meant(number: str, magic: str) -> bool:
    """Return whether a number is worth comparing: requests have thousands of ids, and comparing takes long."""
    return abs(len(number) - len(magic)) <= 1 and (number[:2] == magic[:2] or number[-2:] == magic[-2:])


def _unknown_magic(word: str, operation: Operation, similar: str) -> Notice:
    hint = f"did you mean '{similar}'?" if similar else "it documents no such status"
    return Notice("magic", ("magic value", word), f"'{word}' is no magic value of {operation.key}: {hint}")
