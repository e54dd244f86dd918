"""Responses of the control API, merged from those of all workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from crm_mocks.admin.journal_query import DEFAULT_LIMIT
from crm_mocks.asgi.transport import Message

Response = Sequence[Message]
"""A response as ASGI messages."""


class ListedSession(NamedTuple):
    """A session; they sort like those of one worker."""

    is_open: bool
    listed_at: int
    name: str


def merged_count(responses: Sequence[Response]) -> list[Message]:
    """Return the sum of counted exchanges."""
    return _merged(responses, lambda parts: {"count": sum(part["count"] for part in parts)})


def merged_journal(
    responses: Sequence[Response], sessions: Sequence[ListedSession], limit: int | None
) -> list[Message]:
    """Return the newest exchanges, session by session.

    Args:
        responses: responses of all workers.
        sessions: all sessions in order.
        limit: maximum number of exchanges.
    """
    places = {session.name: place for place, session in enumerate(sessions)}
    most = DEFAULT_LIMIT if limit is None else limit

    def merge(parts: list[Any]) -> Any:
        entries = [entry for part in parts for entry in part["requests"]]
        entries.sort(key=lambda entry: places.get(entry["session"], len(places)))  # stable: a session has one worker
        total = sum(part["meta"]["total"] for part in parts)
        return {"requests": entries[max(0, len(entries) - most) :], "meta": {"total": total}}

    return _merged(responses, merge)


def merged_har(responses: Sequence[Response], sessions: Sequence[ListedSession], limit: int | None) -> list[Message]:
    """Return the newest exchanges as HAR, session by session.

    Args:
        responses: responses of all workers.
        sessions: all sessions in order.
        limit: maximum number of exchanges.
    """
    places = {session.name: place for place, session in enumerate(sessions)}
    most = DEFAULT_LIMIT if limit is None else limit

    def session_of(entry: Any) -> str:
        name: str = entry["comment"].rpartition("-")[0]
        return name

    def merge(parts: list[Any]) -> Any:
        entries = [entry for part in parts for entry in part["log"]["entries"]]
        entries.sort(key=lambda entry: places.get(session_of(entry), len(places)))  # stable, as above
        return {"log": {**parts[0]["log"], "entries": entries[max(0, len(entries) - most) :]}}

    return _merged(responses, merge)


def merged_sessions(responses: Sequence[Response], sessions: Sequence[ListedSession]) -> list[Message]:
    """Return the descriptions of all sessions.

    Args:
        responses: responses of all workers.
        sessions: all sessions in order.
    """
    places = {session.name: place for place, session in enumerate(sessions)}

    def merge(parts: list[Any]) -> Any:
        listed = [each for part in parts for each in part["sessions"]]
        return {"sessions": sorted(listed, key=lambda each: places.get(each["session"], len(places)))}

    return _merged(responses, merge)


def merged_reset(responses: Sequence[Response], sessions: Sequence[ListedSession]) -> list[Message]:
    """Return the names of all sessions that were reset.

    Args:
        responses: responses of all workers.
        sessions: all sessions in order, before they were reset.
    """
    places = {session.name: place for place, session in enumerate(sessions)}

    def merge(parts: list[Any]) -> Any:
        names = [name for part in parts for name in part["reset"]]
        return {"reset": sorted(names, key=lambda name: places.get(name, len(places)))}

    return _merged(responses, merge)


def _merged(responses: Sequence[Response], merge: Callable[[list[Any]], Any]) -> list[Message]:
    """Return the merged response, or the first one that reports an error."""
    for response in responses:
        if response[0]["status"] >= 400:
            return list(response)
    content = orjson.dumps(merge([orjson.loads(_body(response)) for response in responses]))
    start = dict(responses[0][0])
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    start["headers"] = [*headers, (b"content-length", b"%d" % len(content))]
    return [start, {"type": "http.response.body", "body": content}]


def _body(response: Response) -> bytes:
    return b"".join(message.get("body", b"") for message in response[1:])
