"""Recordings of exchanges, in the formats of browsers, vcrpy and Ruby's vcr."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from crm_contracts.judge.exchange import Exchange, Headers


def har(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Return a HAR file as Chrome writes it, with bodies in base64 if they are not text."""
    return {
        "log": {"version": "1.2", "creator": {"name": "tests", "version": "1"}, "entries": list(map(entry, exchanges))}
    }


def entry(exchange: Exchange) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/2",
        "headers": [{"name": ":authority", "value": "crm.example.com"}, *_pairs(exchange.request_headers)],
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        request["postData"] = {"mimeType": "", **_content(exchange.request_body)}
    return {
        "startedDateTime": exchange.at or "2026-01-31T12:00:00.000Z",
        "time": 12.5,
        "request": request,
        "response": {
            "status": exchange.status,
            "statusText": "",
            "headers": _pairs(exchange.response_headers),
            "content": {"size": len(exchange.response_body), "mimeType": "", **_content(exchange.response_body)},
            "redirectURL": "",
            "bodySize": -1,
        },
        "cache": {},
        "timings": {},
    }


def cassette(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Return a cassette as vcrpy writes it."""
    return {
        "interactions": [
            {
                "request": {
                    "body": _string_or_bytes(each.request_body) or None,
                    "headers": _lists(each.request_headers),
                    "method": each.method,
                    "uri": each.url,
                },
                "response": {
                    "body": {"string": _string_or_bytes(each.response_body)},
                    "headers": _lists(each.response_headers),
                    "status": {"code": each.status, "message": "OK"},
                },
            }
            for each in exchanges
        ],
        "version": 1,
    }


def ruby_cassette(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Return a cassette as Ruby's vcr and schemathesis write it."""
    return {
        "http_interactions": [
            {
                "request": {
                    "method": each.method.lower(),
                    "uri": each.url,
                    "body": {"encoding": "utf-8", "base64_string": base64.b64encode(each.request_body).decode()},
                    "headers": _lists(each.request_headers),
                },
                "response": {
                    "status": {"code": str(each.status), "message": "OK"},
                    "headers": _lists(each.response_headers),
                    "body": {"encoding": "utf-8", "string": each.response_body.decode()},
                },
                "recorded_at": "Sat, 31 Jan 2026 12:00:00 GMT",
            }
            for each in exchanges
        ],
        "recorded_with": "VCR 6.2.0",
    }


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _lists(headers: Headers) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return values


def _content(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def _string_or_bytes(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
