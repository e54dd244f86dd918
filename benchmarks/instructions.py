"""Instructions that a request costs: `python -m benchmarks.instructions`.

Seconds depend on what else the machine does; instructions do not. The server's protocol is given the bytes of requests
as its event loop would give them, and writes to a transport that discards them, so everything is counted but the event
loop's and the system's share. It runs under `valgrind --tool=callgrind`, which counts from the end of the warm-up.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import re
import subprocess
import sys
import time
from typing import Any, Final

from benchmarks import payload
from benchmarks.load import MARK
from benchmarks.servers import ROOT

_BATCH: Final = 8
"""Requests in a row before the event loop runs, each of another connection."""

_WARM_UP: Final = 400
_TOTAL: Final = re.compile(r"Collected : (\d+)")


class _Transport(asyncio.Transport):
    """Counts the successes among the responses and discards them."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 4010), "peername": ("127.0.0.1", 50_000)})
        self.successes = 0

    def write(self, data: Any) -> None:
        self.successes += data.startswith(b"HTTP/1.1 200 ")

    def is_closing(self) -> bool:
        return False


async def _serve(requests: int, *, counted: bool) -> None:
    from crm_mocks.app import create_app
    from crm_mocks.server.connection import Connections
    from crm_mocks.server.process import tune_gc
    from crm_mocks.server.protocol import MockProtocol

    application = create_app(settings={f"{payload.VENDOR}.rate_limit": "off"})
    connections = Connections()
    limits = application.mock_app.limits
    served = []
    for _ in range(_BATCH):
        protocol, transport = MockProtocol(application.handle, connections, limits, lambda _: None), _Transport()
        protocol.connection_made(transport)
        served.append((protocol, transport))
    template = payload.template()
    tune_gc()
    number = 0

    async def serve(batches: int) -> None:
        nonlocal number
        for _ in range(batches):
            for protocol, _ in served:
                number += 1
                protocol.data_received(template.replace(MARK, b"%010d" % number))
            while connections.tasks:  # noqa: ASYNC110  # they never wait
                await asyncio.sleep(0)

    await serve(_WARM_UP // _BATCH)
    if counted:
        _switch_counting("on")
    began = time.process_time()
    await serve(requests // _BATCH)
    took = time.process_time() - began
    if counted:
        _switch_counting("off")
    successes = sum(transport.successes for _, transport in served)
    if successes != number:
        raise SystemExit(f"{number - successes} of {number} valid leads are not answered with 200")
    print(f"{took / requests * 1e6:.1f} µs of processor time a request", file=sys.stderr)


def _switch_counting(state: str) -> None:
    subprocess.run(["callgrind_control", "-i", state, str(os.getpid())], check=True, capture_output=True)


def _counted(requests: int, output: str) -> int:
    """Return the instructions of a number of requests.

    Args:
        requests: the number.
        output: file for callgrind_annotate.
    """
    command = [
        *("valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={output}"),
        *(sys.executable, "-m", "benchmarks.instructions", "--counted", "--serve", str(requests)),
    ]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    total = _TOTAL.search(done.stderr)
    if done.returncode or total is None:
        raise SystemExit(done.stderr)
    return int(total[1])


def main() -> int:
    """Print the instructions of a request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400, help=f"a multiple of {_BATCH}")
    parser.add_argument("--output", default="/dev/null", help="file for callgrind_annotate")
    parser.add_argument("--serve", type=int, metavar="N", help="serve that many requests in this process, and end")
    parser.add_argument("--counted", action="store_true", help="have valgrind count those requests only")
    given = parser.parse_args()
    if given.serve is not None:
        import uvloop

        gc.disable()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(given.serve, counted=given.counted))
        return 0
    counted = _counted(given.requests, given.output)
    print(f"{counted / given.requests / 1000:,.1f} thousand instructions a request")
    return 0


if __name__ == "__main__":
    sys.exit(main())
