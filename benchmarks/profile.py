"""Where the time of a request goes: `python -m benchmarks.profile`.

One process, no socket: the ASGI application is called as a server calls it, so that what remains of a request's time in
`make bench` is the server's and the operating system's. Stages are timed by wrapping the functions at their seams; each
stage's time is its own, without that of the stages inside it.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import pstats
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import payload
from crm_mocks.app import AsgiApp, create_app
from crm_mocks.asgi import connexion_app, exchange, exchange_recorder, pipeline, request_handler, response_sending
from crm_mocks.vendor import Vendor

_TIMED: dict[str, list[tuple[Any, str]]] = {
    "session, vendor and operation": [(request_handler.RequestHandler, "__call__")],
    "exchange": [(exchange.VendorExchange, "respond")],
    "decoding of the body": [(pipeline, "read_body")],
    "queue, preferences, magic values": [(pipeline, "choose_override")],
    "credentials": [(Vendor, "authenticate")],
    "validation of the request": [(connexion_app, "validate_request")],
    "validation of the response": [(exchange_recorder, "response_defects")],
    "serialization of the response": [(exchange, "serialize")],
    "journal": [(exchange_recorder.ExchangeRecorder, "entry"), (exchange_recorder.ExchangeRecorder, "record")],
    "sending": [(response_sending, "send_response")],
}


_SAMPLES = 20_000
"""Calls by which the cost of the stopwatch is measured."""


class Stopwatch:
    """Adds up the time of stages, each without that of the stages inside it.

    Attributes:
        seconds: time by stage.
        calls: number of stages entered.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls = 0
        self._open: list[str] = []
        self._since = 0.0

    def enter(self, stage: str) -> None:
        """Begin a stage inside the one under way."""
        self._charge()
        self.calls += 1
        self._open.append(stage)

    def leave(self) -> None:
        """Go back to the stage around."""
        self._charge()
        self._open.pop()

    def _charge(self) -> None:
        now = time.process_time()  # what else the machine does takes no part in it
        if self._open:
            self.seconds[self._open[-1]] = self.seconds.get(self._open[-1], 0.0) + now - self._since
        self._since = now

    def wrap(self, holder: Any, name: str, stage: str) -> None:
        """Have a function timed as a stage."""
        setattr(holder, name, self.timed(getattr(holder, name), stage))

    def timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """Return the function, timed."""

        async def waited(*given: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return await function(*given, **named)
            finally:
                self.leave()

        def called(*given: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return function(*given, **named)
            finally:
                self.leave()

        return waited if asyncio.iscoroutinefunction(function) else called


def _cost_of_a_call() -> float:
    """Return the seconds that the stopwatch itself takes for each stage that it times."""
    timed = Stopwatch().timed(lambda: None, "nothing")
    start = time.process_time()
    for _ in range(_SAMPLES):
        timed()
    return (time.process_time() - start) / _SAMPLES


class Caller:
    """Calls an application with leads, as a server would."""

    def __init__(self, application: AsgiApp) -> None:
        self._application = application
        self._number = 0
        self._statuses: set[int] = set()

    async def call(self, times: int) -> None:
        """Create that many leads.

        Raises:
            SystemExit: an answer is not 200.
        """
        for _ in range(times):
            self._number += 1
            await self._call(payload.encoded(self._number))
        if self._statuses != {200}:
            raise SystemExit(f"valid leads are answered with {self._statuses}")

    async def _call(self, body: bytes) -> None:
        headers = [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-api-key", payload.KEY.encode()),
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": payload.path(),
            "raw_path": payload.path().encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "server": ("127.0.0.1", 4010),
            "client": ("127.0.0.1", 50000),
            "state": {},
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._statuses.add(message["status"])

        await self._application(scope, receive, send)


def main() -> int:
    """Print the stages, then the functions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--functions", type=int, default=30, help="how many functions to list; 0 for none")
    given = parser.parse_args()
    stopwatch = Stopwatch()
    vendor_operations = sys.modules[type(create_app().mock_app.vendors[payload.VENDOR]).__module__].operations
    for stage, places in _TIMED.items():
        for holder, name in places:
            stopwatch.wrap(holder, name, stage)
    stopwatch.wrap(vendor_operations, payload.OPERATION, "operation")
    _time_connexion(stopwatch)
    caller = Caller(create_app(settings={f"{payload.VENDOR}.rate_limit": "off"}))
    asyncio.run(_stages(caller, stopwatch, given.requests))
    if given.functions:
        profile = cProfile.Profile()
        asyncio.run(_profiled(caller, profile, given.requests))
        pstats.Stats(profile).sort_stats("tottime").print_stats(given.functions)
    return 0


def _time_connexion(stopwatch: Stopwatch) -> None:
    """Have the way through connexion timed, which is no method but made for an application."""
    make = vars(pipeline)["connexion_app"]

    def timed_app(*given: Any) -> Any:
        process = make(*given)

        async def waited(context: Any) -> None:
            await process(context)

        return stopwatch.timed(waited, "connexion")

    vars(pipeline)["connexion_app"] = timed_app


async def _stages(caller: Caller, stopwatch: Stopwatch, requests: int) -> None:
    await caller.call(requests // 5)
    gc.collect()
    gc.freeze()
    stopwatch.seconds.clear()
    stopwatch.calls = 0
    await caller.call(requests)
    own = stopwatch.calls * _cost_of_a_call()
    total = sum(stopwatch.seconds.values())
    for stage, seconds in sorted(stopwatch.seconds.items(), key=lambda each: -each[1]):
        print(f"{seconds / requests * 1e6:7.1f} µs  {seconds / total:5.1%}  {stage}")
    print(f"{total / requests * 1e6:7.1f} µs  in all")
    print(f"{own / requests * 1e6:7.1f} µs  of that for the stopwatch itself")


async def _profiled(caller: Caller, profile: cProfile.Profile, requests: int) -> None:
    profile.enable()
    await caller.call(requests)
    profile.disable()


if __name__ == "__main__":
    sys.exit(main())
