"""The journal as HAR 1.2, which browsers, proxies and `crm-mocks check` read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import orjson

from crm_mocks import __version__
from crm_mocks.state.journal_entry import JournalEntry


def har_document() -> tuple[bytes, bytes]:
    """Return what stands before and behind the entries of a HAR document."""
    log = {"version": "1.2", "creator": {"name": "crm-mocks", "version": __version__}, "entries": []}
    return orjson.dumps({"log": log})[: -len(b"]}}")], b"]}}"


def har_entry(exchange: JournalEntry) -> dict[str, Any]:
    """Return an exchange as an entry. Like the journal, it has no credentials and truncates long bodies."""
    shown = exchange.as_json()
    request, response = shown["request"], shown["answer"]
    names = {name.lower(): value for name, value in request["headers"]}
    query = f"?{request['query']}" if request["query"] else ""
    entry: dict[str, Any] = {
        "startedDateTime": shown["at"],
        "time": shown["milliseconds"],
        "request": {
            "method": request["method"],
            "url": f"http://{names.get('host', 'localhost')}{request['path']}{query}",
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(request["headers"]),
            "queryString": _pairs(parse_qsl(request["query"], keep_blank_values=True)),
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(request["body"].encode()),
        },
        "response": {
            "status": response["status"],
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(response["headers"]),
            "cookies": [],
            "content": {
                "size": len(response["body"].encode()),
                "mimeType": _media_type(response["headers"]),
                "text": response["body"],
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(response["body"].encode()),
        },
        "cache": {},
        "timings": {"send": 0, "wait": shown["milliseconds"], "receive": 0},
        "comment": shown["id"],
    }
    if request["body"]:
        entry["request"]["postData"] = {"mimeType": names.get("content-type", ""), "text": request["body"]}
    return entry


def _pairs(pairs: Iterable[Iterable[str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _media_type(headers: Iterable[Iterable[str]]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")
