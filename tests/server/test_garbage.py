"""Requests and connections are freed when they end, without the garbage collector, which seldom looks for old ones."""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from crm_mocks.request_context import RequestContext
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.server.response_cycle import ResponseCycle
from tests import toy
from tests.server.connections import LOOPS, connect, serving_toy

ROOT = Path(__file__).parents[2]
KINDS = (MockProtocol, ResponseCycle, RequestContext)
HEAD = b"POST /toy/contacts HTTP/1.1\r\nHost: a\r\nX-Key: demo-key\r\nContent-Type: application/json\r\n"
REQUESTS = {
    "valid": HEAD + b'Content-Length: 12\r\n\r\n{"name":"a"}',
    "breaks the contract": HEAD + b'Content-Length: 10\r\n\r\n{"name":1}',
    "no JSON": HEAD + b"Content-Length: 1\r\n\r\n{",
    "too deep": HEAD + b"Content-Length: 1000\r\n\r\n" + b"[" * 1000,
    "another charset": HEAD.replace(b"json", b"json; charset=none") + b"Content-Length: 2\r\n\r\n{}",
    "cut off": HEAD + b"Content-Length: 9\r\n\r\n{",
    "no HTTP": b"\0\1\2\r\n\r\n",
    "many, with no response read": b"GET /toy/contacts HTTP/1.1\r\nHost: a\r\n\r\n" * 50,
    "live page": b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "wait": b"GET /__admin/requests?wait_ms=60000&count=9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def left(name: str, loop: str) -> dict[str, int]:
    """Send a request without collector, disconnect, and return what is left of it."""
    with tempfile.TemporaryDirectory() as folder, serving_toy(toy.load(Path(folder)), loop) as mocks:
        gc.disable()
        for _ in range(2):
            with connect(mocks) as connection:
                connection.sendall(REQUESTS[name])
                if name != "many, with no response read":
                    time.sleep(0.1)  # so that the request is answered, or waits for something
        deadline = time.monotonic() + 60
        while (found := Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, KINDS))) and (
            time.monotonic() < deadline
        ):
            time.sleep(0.05)
        return dict(found)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_is_left_of_a_request_after_its_connection(name: str, loop: str) -> None:
    # Other tests have requests and connections, too, so this is measured in a process of its own.
    code = f"from tests.server.test_garbage import left; print(left({name!r}, {loop!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{}"
