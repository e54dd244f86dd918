"""HAR files of browsers, test tools and proxies."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from crm_contracts.judge.exchange import Exchange
from tests.recordings.making import entry, har
from tests.recordings.tools.tool import Change, Tool, Write, write_json

BROWSER = (("Host", "crm.example.com"), ("User-Agent", "Mozilla/5.0"), ("Accept-Encoding", "gzip, deflate, br"))
SERVER = (("Date", "Sat, 31 Jan 2026 12:00:00 GMT"), ("Server", "crm"))


def _browser(change: Change | None = None) -> Write:
    """Return a writer of HAR files, with headers of a browser, whose entries a tool changes."""

    def write(folder: Path, exchanges: Sequence[Exchange]) -> Path:
        entries = []
        for exchange in exchanges:
            complete = replace(
                exchange,
                request_headers=(*BROWSER, *exchange.request_headers),
                response_headers=(*SERVER, *exchange.response_headers),
            )
            made = entry(complete)
            if change is not None:
                change(made, exchange)
            entries.append(made)
        return write_json(
            folder, {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": entries}}
        )

    return write


def _without_content(made: dict[str, Any], _: Exchange) -> None:
    del made["response"]["content"]["text"]


def _evicted(made: dict[str, Any], exchange: Exchange) -> None:
    """Chrome could not load the body, and writes the size 0."""
    made["response"]["content"] = {"size": 0, "mimeType": "application/json"}
    made["response"]["headers"].append({"name": "Content-Length", "value": str(len(exchange.response_body))})


def _compressed(pack: Callable[[bytes], bytes], coding: str) -> Change:
    def change(made: dict[str, Any], exchange: Exchange) -> None:
        text = base64.b64encode(pack(exchange.response_body)).decode()
        made["response"]["headers"].append({"name": "Content-Encoding", "value": coding})
        made["response"]["content"] |= {"encoding": "base64", "text": text, "size": 1}

    return change


def _keeps_coding(made: dict[str, Any], _: Exchange) -> None:
    made["response"]["headers"].append({"name": "Content-Encoding", "value": "br"})


def _base64(made: dict[str, Any], exchange: Exchange) -> None:
    made["response"]["content"] |= {"encoding": "base64", "text": base64.b64encode(exchange.response_body).decode()}


def _firefox(made: dict[str, Any], _: Exchange) -> None:
    made["request"]["postData"] |= {"params": [], "mimeType": "application/json"}
    made["response"]["httpVersion"] = "HTTP/2"
    made["cache"] = {"afterRequest": None}


def _firefox_without_bodies(made: dict[str, Any], exchange: Exchange) -> None:
    made["response"]["content"] = {
        "mimeType": "application/json",
        "size": len(exchange.response_body),
        "comment": "Response bodies are not included.",
    }
    made["request"]["postData"] = {
        "mimeType": "application/json",
        "params": [],
        "text": "",
        "comment": "Request bodies are not included.",
    }


def _safari(made: dict[str, Any], _: Exchange) -> None:
    made["_fetchType"] = "Network Load"
    made["request"]["bodySize"] = -1
    made["response"]["content"]["compression"] = -10


def _playwright_sizes(made: dict[str, Any]) -> None:
    made["request"] |= {"headersSize": -1, "bodySize": -1}
    made["response"] |= {"headersSize": -1, "bodySize": -1, "_transferSize": -1}
    made["response"]["content"] |= {"size": -1, "mimeType": "application/json"}


def _playwright_embedded(made: dict[str, Any], _: Exchange) -> None:
    _playwright_sizes(made)
    made["request"]["postData"] |= {"params": [], "mimeType": "application/json"}


def _playwright_omitted(made: dict[str, Any], exchange: Exchange) -> None:
    _playwright_sizes(made)
    _without_content(made, exchange)
    made["request"]["postData"] = {"mimeType": "application/json", "text": "", "params": []}


def _attached(folder: Path, exchanges: Sequence[Exchange], *, keep: bool) -> list[Path]:
    """Write a HAR that refers to files with the bodies; return the HAR and the files."""
    files: list[Path] = []

    def attach(made: dict[str, Any], exchange: Exchange) -> None:
        _playwright_omitted(made, exchange)
        parts = (
            (made["request"]["postData"], exchange.request_body),
            (made["response"]["content"], exchange.response_body),
        )
        for content, body in parts:
            path = folder / f"{len(files)}.json"
            content["_file"] = path.name
            if keep:
                path.write_bytes(body)
            files.append(path)

    return [_browser(attach)(folder, exchanges), *files]


def _playwright_zip(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    path = folder / "recording.zip"
    with ZipFile(path, "w") as archive:
        document, *files = _attached(folder, exchanges, keep=True)
        archive.write(document, "har.har")
        for file in files:
            archive.write(file, file.name)
            file.unlink()
    return path


def _mitmproxy(made: dict[str, Any], exchange: Exchange) -> None:
    made["request"] |= {"bodySize": len(exchange.request_body), "headersSize": 200}
    made["request"]["postData"] |= {"mimeType": "application/json", "params": []}
    made["response"] |= {"bodySize": len(exchange.response_body) // 2, "httpVersion": "HTTP/2.0"}
    made["response"]["content"] |= {"size": len(exchange.response_body) // 2, "compression": 10}
    made["timings"] = {"connect": None, "ssl": None, "send": 0, "wait": 1, "receive": 1}
    _keeps_coding(made, exchange)


def _mitmproxy_compressed(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    path = folder / "recording.zhar"
    path.write_bytes(zlib.compress(_browser(_mitmproxy)(folder, exchanges).read_bytes(), 9))
    return path


def _mitmproxy_streamed(made: dict[str, Any], exchange: Exchange) -> None:
    """A streamed body is not kept."""
    _mitmproxy(made, exchange)
    made["response"]["content"] |= {"text": None, "size": 0}
    made["response"]["headers"].append({"name": "Content-Length", "value": "100"})


def _charles(made: dict[str, Any], exchange: Exchange) -> None:
    made["response"]["content"] |= {"mimeType": "application/json; charset=utf-8"}
    made["request"]["postData"]["mimeType"] = "application/json"
    _base64(made, exchange)


def _fiddler(made: dict[str, Any], _: Exchange) -> None:
    made["connection"] = "ClientPort:50000;EgressPort:50001"
    made["comment"] = "[#1]"
    made["response"]["content"]["compression"] = 0


def _fiddler_over_limit(made: dict[str, Any], exchange: Exchange) -> None:
    _fiddler(made, exchange)
    size = len(exchange.response_body)
    made["response"]["content"] = {
        "size": size,
        "compression": 0,
        "mimeType": "application/json",
        "comment": "Too long",
    }
    made["response"]["bodySize"] = size


def _insomnia(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    document = har(exchanges)  # without the headers that Insomnia's library adds
    for made in document["log"]["entries"]:
        made["request"] |= {"bodySize": -1, "headersSize": -1, "httpVersion": "HTTP/1.1"}
        made["response"]["headersSize"] = -1
    return write_json(folder, document)


def _utf16(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    path = _browser()(folder, exchanges)
    path.write_text(path.read_text("utf-8"), "utf-16")
    return path


def _polly(folder: Path, exchanges: Sequence[Exchange]) -> Path:
    document = json.loads(_browser()(folder, exchanges).read_bytes())
    document["log"] |= {"_recordingName": "leads", "pages": []}
    for made in document["log"]["entries"]:
        made |= {"_id": "0" * 32, "_order": 0}
    return write_json(folder, document)


def _polly_binary(made: dict[str, Any], exchange: Exchange) -> None:
    chunks = [base64.b64encode(gzip.compress(exchange.response_body)).decode()]
    made["response"]["headers"].append({"name": "content-encoding", "value": "gzip"})
    made["response"]["content"] = {
        "mimeType": "application/json",
        "size": 90,
        "text": json.dumps(chunks),
        "_isBinary": True,
    }


TOOLS: dict[str, Tool] = {
    "Chrome": Tool(_browser()),
    "Chrome, bodies in base64": Tool(_browser(_base64)),
    "Chrome, without content": Tool(_browser(_without_content), response_body=False),
    "Chrome, a body that it could not load": Tool(_browser(_evicted), response_body=False),
    "a browser, Content-Encoding kept": Tool(_browser(_keeps_coding)),
    "a browser, gzip in base64": Tool(_browser(_compressed(gzip.compress, "gzip"))),
    "a browser, deflate in base64": Tool(_browser(_compressed(zlib.compress, "deflate"))),
    "a browser, a coding that nothing decodes": Tool(
        _browser(_compressed(lambda body: b"\xff" + body, "x-own")), response_body=False
    ),
    "Firefox": Tool(_browser(_firefox)),
    "Firefox, without bodies": Tool(_browser(_firefox_without_bodies), request_body=False, response_body=False),
    "Safari": Tool(_browser(_safari)),
    "Playwright, embedded": Tool(_browser(_playwright_embedded)),
    "Playwright, omitted": Tool(_browser(_playwright_omitted), request_body=False, response_body=False),
    "Playwright, attached": Tool(lambda folder, exchanges: _attached(folder, exchanges, keep=True)[0]),
    "Playwright, attached files lost": Tool(
        lambda folder, exchanges: _attached(folder, exchanges, keep=False)[0], request_body=False, response_body=False
    ),
    "Playwright, zip": Tool(_playwright_zip),
    "mitmproxy": Tool(_browser(_mitmproxy)),
    "mitmproxy, .zhar": Tool(_mitmproxy_compressed),
    "mitmproxy, streamed": Tool(_browser(_mitmproxy_streamed), response_body=False),
    "Charles": Tool(_browser(_charles)),
    "Fiddler": Tool(_browser(_fiddler)),
    "Fiddler, over its limit": Tool(_browser(_fiddler_over_limit), response_body=False),
    "Insomnia": Tool(_insomnia),
    "a HAR in UTF-16": Tool(_utf16),
    "Polly.js": Tool(_polly),
    "Polly.js, binary": Tool(_browser(_polly_binary)),
}
