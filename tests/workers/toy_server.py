"""Serves Toy CRM with several workers, as a program; see `tests.workers.serving`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crm_mocks.options import ServeOptions
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.server.process import StopSignals, serve_until_stopped
from crm_mocks.workers.processes import WorkerLost, serve_with_workers
from tests import toy


def main(root: str, workers: int, loop: str, options: str) -> int:
    """Serve until stopped; return the exit code."""
    if loop == "asyncio":
        sys.modules["uvloop"] = None  # type: ignore[assignment]  # makes its import fail
    vendor = toy.load(Path(root))
    serving = ServeOptions([vendor], seed=1, port=0, now="2026-01-31T12:00:00Z", **json.loads(options))
    with StopSignals() as signals:
        try:
            if workers == 1:
                serve_until_stopped(serving, _announce, signals)
            else:
                serve_with_workers(serving, workers, _announce, lambda _: None, signals)
        except WorkerLost as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _announce(prepared: PreparedServer) -> None:
    print(json.dumps({"url": prepared.url, "ca_file": prepared.ca_file}), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
