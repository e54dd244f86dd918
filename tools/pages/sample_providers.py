"""A provider and a receiver of leads with mistakes."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

import crm_mocks
from crm_mocks.contract.source import directory

_RECEIVER: Final = directory().parent / "examples" / "activix_receiver"
_RECEIVING: Final = """\
import sys
from werkzeug.serving import make_server
from activix_mistakes import StrictStatus
server = make_server("127.0.0.1", 0, StrictStatus({44, 66}, "activix", "activix-secret").app())
print(server.server_port, flush=True)
server.serve_forever()
"""
"""The receiver of examples/, with a mistake, on a port that it prints."""


@contextmanager
def provider() -> Iterator[str]:
    """Serve our mock behind a gateway that makes mistakes; yield the URL."""
    with crm_mocks.serve(["config_api"], port=0, seed=1) as mocks:
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Gateway", (_Gateway,), {"target": urlsplit(mocks.url).netloc})
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Gateway(BaseHTTPRequestHandler):
    """Forwards requests; ids in responses become strings, and invalid bodies are accepted."""

    protocol_version = "HTTP/1.1"
    target = ""

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        upstream = http.client.HTTPConnection(self.target)
        upstream.request(self.command, self.path, body or None, headers)
        response = upstream.getresponse()
        status, content = response.status, response.read()
        upstream.close()
        if status == 200 and b'"id":' in content:
            content = re.sub(rb'"id":\s*(\d+)', rb'"id":"\1"', content)
        if status == 400 and b"email" in content:
            status = 200
        self.send_response(status)
        for name, value in response.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "date", "server", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _forward  # noqa: N815  # names of http.server

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def receiver() -> Iterator[str]:
    """Run a receiver of pushed leads; yield its URL."""
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", _RECEIVING], cwd=_RECEIVER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
