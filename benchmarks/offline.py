"""Overhead in process: `requests` answered by the mocks, beside a plain stub of `responses`.

Both get valid leads, by `requests.post`, and take turns, so that whatever else the machine does meets both. The
stub validates nothing, journals nothing, and runs nothing of urllib3. Run it as `python -m benchmarks.offline`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from statistics import median
from typing import Any
from unittest.mock import patch

import httpx
import requests
import responses

from benchmarks import payload
from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer
from crm_contracts.pytest_plugin.options import PluginOptions

BASE = "https://api.crm.example"
MOST = 1.3
"""What the ratio may be."""


def main() -> int:
    """Run the benchmark; return 1 if the overhead is more than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=200, help="in each round")
    given = parser.parse_args()
    ratios = {"requests": compared(given.rounds, given.calls, requests.post, plain_stub)}
    ratios["httpx"] = compared(given.rounds, given.calls, httpx.Client().post, httpx_stub)
    for library, (stub, mocks) in ratios.items():
        print(f"{library}: stub {stub * 1e3:.3f} ms a call, mocks {mocks * 1e3:.3f} ms, ratio {mocks / stub:.2f}")
    stub, mocks = ratios["requests"]
    print(f"requests may take {MOST} times the stub")
    return 0 if mocks <= MOST * stub else 1


def compared(
    rounds: int, calls: int, post: Callable[..., Any], stub: Callable[[], AbstractContextManager[None]]
) -> tuple[float, float]:
    """Return the medians of seconds a call, of the stub and of the mocks."""
    numbers = count(1)
    times: dict[str, list[float]] = {"stub": [], "mocks": []}
    offline = OfflineServer(PluginOptions(seed=1, assignments=(f"{payload.VENDOR}.rate_limit=off",)))
    for turn in range(rounds + 1):  # the first warms up
        for name in times if turn % 2 else reversed(times):
            with stub() if name == "stub" else mocks(offline, turn):
                seconds = a_call(post, calls, numbers)
            if turn:
                times[name].append(seconds)
    offline.close()
    return median(times["stub"]), median(times["mocks"])


def a_call(post: Callable[..., Any], calls: int, numbers: Iterator[int]) -> float:
    """Return the seconds that a call takes."""
    leads = [payload.lead(f"{next(numbers):010d}") for _ in range(calls)]
    began = time.perf_counter()
    for lead in leads:
        answer = post(BASE + payload.path(), json=lead, headers={"x-api-key": payload.KEY})
        assert answer.status_code == 200, answer.text
    return (time.perf_counter() - began) / calls


@contextmanager
def mocks(offline: OfflineServer, turn: int) -> Iterator[None]:
    """Answer by the mocks, in a session of its own, as a test would."""
    opened = offline.open(f"round-{turn}", [])
    opened[payload.VENDOR].at(BASE)
    with opened.patched():
        yield
    opened.close()


@contextmanager
def plain_stub() -> Iterator[None]:
    """Answer by a stub of `responses`."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, BASE + payload.path(), json={"leadId": 1, "customerId": 2}, status=200)
        yield


@contextmanager
def httpx_stub() -> Iterator[None]:
    """Answer by a patched transport of `httpx`."""

    def handle(*_: object) -> httpx.Response:
        return httpx.Response(200, json={"leadId": 1, "customerId": 2})

    with patch.object(httpx.HTTPTransport, "handle_request", handle):
        yield


if __name__ == "__main__":
    sys.exit(main())
