"""Cassettes of VCRs."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from crm_contracts.judge.exchange import Exchange
from tests.recordings.making import cassette, ruby_cassette
from tests.recordings.tools.tool import Change, Tool, Write, write_json


def _vcrpy(change: Change | None = None, write: str = "yaml") -> Write:
    """Return a writer of vcrpy's cassettes, with headers of requests, whose interactions are changed."""

    def written(folder: Path, exchanges: Sequence[Exchange]) -> Path:
        requests = (("User-Agent", "python-requests/2.32"), ("Accept-Encoding", "gzip"))
        document = cassette([replace(each, request_headers=(*requests, *each.request_headers)) for each in exchanges])
        for made, exchange in zip(document["interactions"], exchanges, strict=True):
            if change is not None:
                change(made, exchange)
        if write == "json":
            return write_json(folder, document, "cassette.json")
        return _yaml(folder, document)

    return written


def _yaml(folder: Path, document: Any) -> Path:
    path = folder / "cassette.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    return path


def _vcrpy_gzip(made: dict[str, Any], exchange: Exchange) -> None:
    made["response"]["headers"]["Content-Encoding"] = ["gzip"]
    made["response"]["body"]["string"] = gzip.compress(exchange.response_body)


def _vcrpy_decoded(made: dict[str, Any], _: Exchange) -> None:
    """With decode_compressed_response, an older version keeps the header."""
    made["response"]["headers"]["Content-Encoding"] = ["gzip"]


def _vcrpy_binary_request(made: dict[str, Any], exchange: Exchange) -> None:
    made["request"]["body"] = exchange.request_body


def _vcrpy_aiohttp(made: dict[str, Any], exchange: Exchange) -> None:
    made["request"] |= {"body": json.loads(exchange.request_body), "headers": {}}
    made["response"]["url"] = exchange.url


def _vcrpy_null_type(made: dict[str, Any], _: Exchange) -> None:
    for part in ("request", "response"):
        name = next(name for name in made[part]["headers"] if name.lower() == "content-type")
        made[part]["headers"][name] = [None]


def _vcrpy_httpx(made: dict[str, Any], exchange: Exchange) -> None:
    made["response"] = {
        "status_code": exchange.status,
        "http_version": "HTTP/1.1",
        "headers": made["response"]["headers"],
        "content": exchange.response_body.decode(),
    }


def _python_tags(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    """Older cassettes have tags of Python 2, and of objects that were dumped as they are."""
    path = _vcrpy()(folder, exchanges)
    document = yaml.safe_load(path.read_text("utf-8"))
    lines = ["version: 1", "interactions:"]
    for made in document["interactions"]:
        request, response = made["request"], made["response"]
        body = base64.b64encode(request["body"].encode()).decode()
        lines += [
            "- request:",
            "    method: !!python/object/apply:http.HTTPMethod [POST]",
            f"    uri: !!python/unicode {json.dumps(request['uri'])}",
            f"    headers: {json.dumps(request['headers'])}",
            "    body: !!python/object/new:_io.BytesIO",
            f"      state: !!python/tuple [!!binary {body}, 0, null]",
            "  response:",
            f"    status: !!python/object:vcr.Status {json.dumps(response['status'])}",
            f"    headers: !!python/object:requests.structures.Headers {json.dumps(response['headers'])}",
            f"    body: {{string: !!python/str {json.dumps(response['body']['string'])}}}",
        ]
    path.write_text("\n".join(lines), "utf-8")
    return path


def _ruby(change: Change | None = None) -> Write:
    def write(folder: Path, exchanges: Sequence[Exchange]) -> Path:
        document = ruby_cassette(exchanges)
        for made, exchange in zip(document["http_interactions"], exchanges, strict=True):
            made["request"]["body"] = {"encoding": "UTF-8", "string": exchange.request_body.decode()}
            if change is not None:
                change(made, exchange)
        return _yaml(folder, document)

    return write


def _ruby_base64(made: dict[str, Any], exchange: Exchange) -> None:
    for part, body in (("request", exchange.request_body), ("response", exchange.response_body)):
        made[part]["body"] = {"encoding": "ASCII-8BIT", "base64_string": base64.encodebytes(body).decode()}


def _ruby_binary(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    """Write bodies with the tag `!binary`, as Psych does for strings that are not UTF-8."""

    def mark(made: dict[str, Any], exchange: Exchange) -> None:
        made["response"]["body"]["string"] = exchange.response_body

    path = _ruby(mark)(folder, exchanges)
    path.write_text(path.read_text("utf-8").replace("!!binary", "!binary"), "utf-8")
    return path


def _betamax(*, exact: bool) -> Write:
    def write(folder: Path, exchanges: Sequence[Exchange]) -> Path:
        document = {**ruby_cassette(exchanges), "recorded_with": "betamax/0.9.0"}
        for made, exchange in zip(document["http_interactions"], exchanges, strict=True):
            made["recorded_at"] = "2026-01-31T12:00:00"
            for part, body in (("request", exchange.request_body), ("response", exchange.response_body)):
                content = {"base64_string": base64.b64encode(body).decode()} if exact else {"string": body.decode()}
                made[part]["body"] = {"encoding": "utf-8", **content}
            made["response"]["url"] = exchange.url
        return write_json(folder, document, "betamax.json")

    return write


def _php_interactions(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    return [
        {
            "request": {
                "method": each.method,
                "url": each.url,
                "headers": {"Host": "crm.example.com", **dict(each.request_headers)},
                "body": each.request_body.decode(),
            },
            "response": {
                "status": {"http_version": "1.1", "code": str(each.status), "message": "OK"},
                "headers": dict(each.response_headers),
                "body": each.response_body.decode(),
                "curl_info": {"http_code": each.status},
            },
            "index": 0,
        }
        for each in exchanges
    ]


def _php_binary(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    interactions = _php_interactions(exchanges)
    for made, exchange in zip(interactions, exchanges, strict=True):
        made["response"]["headers"]["Content-Transfer-Encoding"] = "binary"
        made["response"]["body"] = base64.b64encode(exchange.response_body).decode()
    return _yaml(folder, interactions)


def _go_vcr(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    interactions = [
        {
            "request": {
                "method": each.method,
                "url": each.url,
                "headers": {name: [value] for name, value in each.request_headers},
                "body": each.request_body.decode(),
                "form": {},
            },
            "response": {
                "status": f"{each.status} OK",
                "code": each.status,
                "headers": {name: [value] for name, value in each.response_headers},
                "body": each.response_body.decode(),
                "duration": "12ms",
            },
        }
        for each in exchanges
    ]
    return _yaml(folder, {"version": 1, "interactions": interactions})


TOOLS: dict[str, Tool] = {
    "vcrpy": Tool(_vcrpy()),
    "vcrpy, JSON": Tool(_vcrpy(write="json")),
    "vcrpy, gzip": Tool(_vcrpy(_vcrpy_gzip)),
    "vcrpy, decoded": Tool(_vcrpy(_vcrpy_decoded)),
    "vcrpy, binary request": Tool(_vcrpy(_vcrpy_binary_request)),
    "vcrpy, aiohttp": Tool(_vcrpy(_vcrpy_aiohttp)),
    "vcrpy, Content-Type null": Tool(_vcrpy(_vcrpy_null_type)),
    "vcrpy, older httpx": Tool(_vcrpy(_vcrpy_httpx)),
    "vcrpy, tags of Python": Tool(_python_tags),
    "Ruby's vcr": Tool(_ruby()),
    "Ruby's vcr, base64": Tool(_ruby(_ruby_base64)),
    "Ruby's vcr, !binary": Tool(_ruby_binary),
    "betamax": Tool(_betamax(exact=False)),
    "betamax, exact bytes": Tool(_betamax(exact=True)),
    "PHP-VCR": Tool(lambda folder, exchanges: _yaml(folder, _php_interactions(exchanges))),
    "PHP-VCR, JSON": Tool(lambda folder, exchanges: write_json(folder, _php_interactions(exchanges), "php.json")),
    "PHP-VCR, binary": Tool(_php_binary),
    "go-vcr": Tool(_go_vcr),
}
