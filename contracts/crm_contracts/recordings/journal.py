"""Exchanges of the mocks' own journal, as `GET /__admin/requests` gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.recordings.values import MalformedRecording, array, encoded, mapping, moment, status, text
from crm_mocks.state.journal_entry import SHOWN_BODY_BYTES

_UNREADABLE = "\ufffd"
"""Stands in the journal for bytes that are not UTF-8."""


def exchange(entry: Mapping[str, Any], source: str) -> Exchange:
    """Return an entry as an exchange.

    Credentials are struck out in it, but it shows that there were some. It names no host. An answer that a test has
    ordered says nothing about the provider.

    Args:
        entry: of `requests`.
        source: where it stands, for people.

    Raises:
        Malformed: it has another form.
    """
    request = mapping(entry.get("request"), "request")
    answer = mapping(entry.get("answer"), "answer")
    request_headers = _headers(request.get("headers"), "request.headers")
    response_headers = _headers(answer.get("headers"), "answer.headers")
    sent, answered = text(request.get("body"), "request.body"), text(answer.get("body"), "answer.body")
    query = text(request.get("query", ""), "request.query")
    untold = [Part.REQUEST_BODY] if _is_cut(sent) else []
    untold += [Part.RESPONSE_BODY] if _is_cut(answered) else []
    return Exchange(
        method=text(request.get("method"), "request.method").upper(),
        url=text(request.get("path"), "request.path") + (f"?{query}" if query else ""),
        request_headers=request_headers,
        request_body=encoded(sent, request_headers),
        status=status(answer.get("status"), "answer.status"),
        response_headers=response_headers,
        response_body=encoded(answered, response_headers),
        at=moment(entry.get("at")),
        source=source,
        missing_parts=tuple(untold),
        ordered=entry.get("chosen_by", "mock") != "mock" or bool(entry.get("fault")),
    )


def _headers(value: Any, place: str) -> Headers:
    found: list[tuple[str, str]] = []
    for each in array(value, place):
        pair = array(each, f"an entry of {place}")
        if len(pair) != len(("name", "value")):
            raise MalformedRecording(f"an entry of {place} must have a name and a value")
        found.append((text(pair[0], place), text(pair[1], place)))
    return tuple(found)


def _is_cut(body: str) -> bool:
    """Tell whether the journal has not kept a body as it was."""
    return _UNREADABLE in body or len(body.encode("utf-8", "replace")) >= SHOWN_BODY_BYTES
