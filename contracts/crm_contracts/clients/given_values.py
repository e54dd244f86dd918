"""Values that a client knows from forced responses only, which the mock may not know.

If a client uses such a value, such as the id of a forced lead, and the mock refuses it, that is not the client's doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import orjson

from crm_mocks.state.journal_entry import JournalEntry

_NO_VALUES: Final = frozenset({"content-length", "host"})
"""Headers whose values are not the client's choice."""

_TRIVIAL: Final = frozenset({"", "None", "True", "False", "0"})


class GivenValues:
    """The values of one session."""

    def __init__(self) -> None:
        """Start without any."""
        self._sent: set[str] = set()
        self._given: set[str] = set()

    def add(self, entry: JournalEntry) -> bool:
        """Add an exchange; return whether its request uses a value of an earlier forced response."""
        if not self._given and entry.chosen_by != "queue":
            self._sent.update(_sent(entry))
            return False
        sent = set(_sent(entry))
        uses_given = not sent.isdisjoint(self._given)
        self._sent |= sent
        if entry.chosen_by == "queue" and not entry.fault:
            self._given |= set(_leaves(decoded(entry.response_body))) - self._sent - _TRIVIAL
        return uses_given


def decoded(body: bytes) -> Any:
    """Return a body as JSON, or as text if it is none; `None` if it is empty."""
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")


def _sent(entry: JournalEntry) -> Iterator[str]:
    yield from (unquote(part) for part in entry.path.split("/"))
    yield from (value for _, value in parse_qsl(entry.query))
    for name, value in entry.request_headers:
        if name.lower() not in _NO_VALUES:
            yield value.rpartition(" ")[2]
    yield from _leaves(decoded(entry.request_body))


def _leaves(value: Any) -> Iterator[str]:
    """Yield the scalar values in a body, as text."""
    nodes = [value]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Mapping):
            nodes.extend(node.values())
        elif isinstance(node, list):
            nodes.extend(node)
        else:
            yield str(node)
