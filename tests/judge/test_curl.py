"""Curl commands in reports reproduce the request when pasted into a shell."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.judge.curl import command, word

Received = dict[str, Any]


@pytest.fixture
def received() -> Iterator[Received]:
    """What a server received last, with its URL."""
    seen: Received = {}

    class Handler(BaseHTTPRequestHandler):
        def _record(self) -> None:
            length = int(self.headers.get("content-length", 0))
            seen.update(method=self.command, path=self.path, headers=self.headers, body=self.rfile.read(length))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_HEAD = _record  # noqa: N815  # names of the standard library

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        seen["url"] = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield seen
        server.shutdown()
        thread.join()


def paste(text: str, folder: Path) -> None:
    subprocess.run(["bash", "-c", f"{text} --silent --max-time 60"], cwd=folder, check=True, timeout=120)


JSON = ("Content-Type", "application/json")
BODIES = {
    "text": b'{"name": "it\'s 100 % $HOME \\\\ `x`"}',
    "several lines": b'{\n\t"a": 1\r\n}',
    "UTF-8": '{"city": "Köln"}'.encode(),
    "Latin-1": '{"city": "Köln\'s 100 %"}'.encode("latin-1"),
    "UTF-16": '"Köln"'.encode("utf-16"),
    "all bytes": bytes(range(256)),
    "a file's name": b"@/etc/hostname",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_arrives_as_it_was_sent(received: Received, tmp_path: Path, body: bytes) -> None:
    paste(command("POST", f"{received['url']}/x", [JSON], body), tmp_path)
    assert (received["method"], received["body"]) == ("POST", body)
    assert received["headers"]["content-type"] == "application/json"


def test_a_body_that_is_no_text_is_written_by_a_line_before(received: Received) -> None:
    assert command("POST", "u", [JSON], '"Köln"'.encode("latin-1")).splitlines()[0] == (
        "printf '\"K\\366ln\"' >request-body"
    )


def test_no_content_type_is_added(received: Received, tmp_path: Path) -> None:
    paste(command("POST", f"{received['url']}/x", [], b"{}"), tmp_path)
    assert received["headers"]["content-type"] is None


def test_a_head_request_is_repeated(received: Received, tmp_path: Path) -> None:
    paste(command("HEAD", f"{received['url']}/x", [], b""), tmp_path)
    assert received["method"] == "HEAD"


@pytest.mark.parametrize("path", ["/a[1-3]/{b,c}", "/a/../b/./c"])
def test_a_path_is_sent_as_it_is(received: Received, tmp_path: Path, path: str) -> None:
    paste(command("GET", word(f"{received['url']}{path}"), [], b""), tmp_path)
    assert received["path"] == path


def test_headers_keep_their_bytes_and_may_be_empty(received: Received, tmp_path: Path) -> None:
    headers = [("X-City", "K\xf6ln's"), ("X-Empty", "")]
    paste(command("GET", f"{received['url']}/x", headers, b""), tmp_path)
    assert (received["headers"]["x-city"], received["headers"]["x-empty"]) == ("K\xf6ln's", "")
