"""Entries of the mocks' journal, as `GET /__admin/requests` returns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.recordings.document import FindAttachment
from crm_contracts.recordings.values import MalformedRecording, array, encode, mapping, status, string, timestamp
from crm_mocks.basis import HTTP
from crm_mocks.credential_names import is_redacted
from crm_mocks.state.journal_entry import SERVER, SHOWN_BODY_BYTES
from crm_mocks.violations import Violation

_UNREADABLE = "\ufffd"
"""Replaces bytes in the journal that are not UTF-8."""


def exchange_of(entry: Mapping[str, Any], source: str, _: FindAttachment | None = None) -> Exchange:
    """Return an entry as an exchange.

    Credentials are redacted, not missing. The URL has no host. A response that a test has ordered says nothing about
    the provider.

    Args:
        entry: of `requests`.
        source: of the exchange, such as `journal.json, entry 1`.

    Raises:
        MalformedRecording: it has another form.
    """
    request = mapping(entry.get("request"), "request")
    response = mapping(entry.get("answer"), "answer")
    request_headers = _headers(request.get("headers"), "request.headers")
    response_headers = _headers(response.get("headers"), "answer.headers")
    request_body = string(request.get("body"), "request.body")
    response_body = string(response.get("body"), "answer.body")
    query = string(request.get("query", ""), "request.query")
    missing = [Part.REQUEST_BODY] if _is_incomplete(request_body) else []
    missing += [Part.RESPONSE_BODY] if _is_incomplete(response_body) else []
    missing += [part for part in Part if part in array(entry.get("missing", []), "missing")]
    return Exchange(
        method=string(request.get("method"), "request.method").upper(),
        url=string(request.get("path"), "request.path") + (f"?{query}" if query else ""),
        request_headers=request_headers,
        request_body=encode(request_body, request_headers) or b"",
        status=status(response.get("status"), "answer.status"),
        response_headers=response_headers,
        response_body=encode(response_body, response_headers) or b"",
        at=timestamp(entry.get("at")),
        milliseconds=_milliseconds(entry),
        failure=string(entry.get("failure") or "", "failure"),
        source=source,
        missing_parts=tuple(missing),
        rejections=_rejections(entry) if entry.get("chosen_by") == SERVER else None,
        ordered=entry.get("chosen_by", "mock") != "mock" or bool(entry.get("fault")),
    )


def _milliseconds(entry: Mapping[str, Any]) -> float | None:
    """Return how long a provider took; that of the mocks says nothing."""
    value = entry.get("milliseconds")
    return float(value) if "provider" in entry and isinstance(value, int | float) else None


def _rejections(entry: Mapping[str, Any]) -> tuple[Violation, ...]:
    violations = [mapping(item, "an entry of violations") for item in array(entry.get("violations", []), "violations")]
    return tuple(
        Violation(
            location=tuple(string(part, "a location") for part in array(item.get("location"), "location")[1:]),
            rule=string(item.get("code"), "code"),
            message=string(item.get("message"), "message"),
            basis=string(item.get("basis", HTTP), "basis"),
        )
        for item in violations
    )


def _headers(value: Any, location: str) -> Headers:
    headers: list[tuple[str, str]] = []
    for item in array(value, location):
        pair = array(item, f"an entry of {location}")
        if len(pair) != len(("name", "value")):
            raise MalformedRecording(f"an entry of {location} must have a name and a value")
        headers.append((string(pair[0], location), string(pair[1], location)))
    return tuple(headers)


def _is_incomplete(body: str) -> bool:
    """Return whether the journal has truncated or hidden a body, or replaced bytes in it."""
    return is_redacted(body) or _UNREADABLE in body or len(body.encode("utf-8", "replace")) >= SHOWN_BODY_BYTES
