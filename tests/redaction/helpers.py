"""Exchanges as redaction shows them."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from crm_mocks.contract import Operation
from crm_mocks.redaction import Redaction
from crm_mocks.state.journal_entry import JournalEntry

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def exchange(**fields: Any) -> JournalEntry:
    """Return an exchange with the fields given."""
    plain: dict[str, Any] = {
        **dict.fromkeys(("vendor", "operation", "query", "outcome", "digest"), ""),
        "id": "default-1",
        "number": 1,
        "session": "default",
        "at": "2026-01-31T12:00:00+00:00",
        "method": "POST",
        "path": "/",
        "status": 200,
        "chosen_by": "mock",
        **{name: [] for name in ("request_headers", "response_headers", "violations", "notices")},
        "request_body": b"",
        "response_body": b"",
    }
    return JournalEntry(**{**plain, **fields})


def redacted(redaction: Redaction, operation: Operation | None = None, **fields: Any) -> JournalEntry:
    """Return an exchange with the fields given as it is shown."""
    entry = exchange(**fields)
    redaction.redact(entry, operation)
    return entry


def body(redaction: Redaction, raw: bytes, media_type: str = JSON, operation: Operation | None = None) -> bytes:
    """Return the body of a request as it is shown."""
    return redacted(redaction, operation, request_headers=[("content-type", media_type)], request_body=raw).request_body


class DecodedBody(NamedTuple):
    """A body as the mocks have decoded it."""

    media_type: str
    body: Any


def decoded_body(redaction: Redaction, raw: bytes, operation: Operation) -> bytes:
    """Return the JSON body of a request as it is shown if the mocks have decoded it before."""
    entry = exchange(path=operation.path, request_headers=[("content-type", JSON)], request_body=raw)
    redaction.redact(entry, operation, DecodedBody(JSON, orjson.loads(raw)))
    return entry.request_body


def header(redaction: Redaction, name: str, value: str) -> tuple[str, str]:
    """Return a header of a request as it is shown."""
    return redacted(redaction, request_headers=[(name, value)]).request_headers[0]
