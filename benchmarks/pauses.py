"""How long the garbage collector stops the server: `python -m benchmarks.pauses`.

One process, no socket. Leads are stored until there are many; every collection is timed from then on, first those that
the thresholds of `crm_mocks.server.process` cause, then full ones that this program asks for. Times are the longest of
a generation, in milliseconds: of the clock, which includes what else the machine does, and of the processor.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import time
from collections import defaultdict

from benchmarks import payload
from benchmarks.profile import Caller
from crm_mocks.app import create_app
from crm_mocks.server.process import tune_gc

_FULL = 5
"""Full collections that are asked for."""


class Pauses:
    """Times the collections of this process."""

    def __init__(self) -> None:
        self._found: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
        self._began = 0.0, 0.0
        gc.callbacks.append(self._on_collection)

    def _on_collection(self, phase: str, about: dict[str, int]) -> None:
        now = time.perf_counter(), time.process_time()
        if phase == "start":
            self._began = now
            return
        clock, processor = (after - before for after, before in zip(now, self._began, strict=True))
        self._found[about["generation"]].append((clock, processor, about["collected"]))

    def report(self, name: str) -> None:
        """Print the collections since the last report."""
        print(f"{name}: {sum(map(len, self._found.values()))} collections")
        for generation, found in sorted(self._found.items()):
            clock, processor = (max(each[index] for each in found) * 1e3 for index in (0, 1))
            collected = sum(each[2] for each in found)
            print(
                f"  generation {generation}: {len(found)}, longest {clock:.2f} ms by the clock, "
                f"{processor:.2f} ms of the processor, {collected} objects collected"
            )
        self._found.clear()


async def _measure(caller: Caller, leads: int, requests: int) -> None:
    await caller.call(100)
    tune_gc()
    pauses = Pauses()
    await caller.call(leads)
    pauses.report(f"until {leads:,} leads are stored")
    await caller.call(requests)
    pauses.report(f"{requests:,} requests later")
    for _ in range(_FULL):
        gc.collect()
    pauses.report("full collections")


def main() -> int:
    """Print the pauses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=10_000)
    given = parser.parse_args()
    caller = Caller(create_app(settings={f"{payload.VENDOR}.rate_limit": "off", "host.records": 2 * given.leads}))
    asyncio.run(_measure(caller, given.leads, given.requests))
    return 0


if __name__ == "__main__":
    sys.exit(main())
