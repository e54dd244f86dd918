"""A server as the child process of a program that has checked its options: `serve` without a command line to parse.

It starts a tenth faster than `crm-mocks serve`, which the tests of every run wait for.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.gc_pause import gc_paused

if TYPE_CHECKING:
    from crm_mocks.server.prepared_server import PreparedServer

COMMAND: Final = "from crm_mocks.cli.child_server import main; main()"
"""Program whose argument is a `ChildServer` in JSON."""


@dataclass(frozen=True)
class ChildServer:
    """What a child process serves, on a free port of the loopback interface.

    Attributes:
        ready_file: written once requests are accepted.
        end_with: id of the process with which the server ends.
        sources: `VendorSources.as_json()`.
        seed, now, journal, workers: as for `crm-mocks serve`.
        config, assignments: settings, as for `crm-mocks serve`.
    """

    ready_file: str
    end_with: int
    sources: dict[str, Any]
    seed: int = 0
    now: str | None = None
    journal: str | None = None
    workers: int = 1
    config: str | None = None
    assignments: tuple[str, ...] = ()

    def argument(self) -> str:
        """Return the argument of `COMMAND`."""
        return json.dumps(asdict(self))

    def serve(self) -> None:
        """Serve until a signal comes, or the other process ends.

        Raises:
            UsageError: an option is invalid.
        """
        from crm_mocks.cli.inputs import load_settings
        from crm_mocks.cli.stopping import end_soon
        from crm_mocks.options import ServeOptions
        from crm_mocks.server.process import StopSignals, serve_until_stopped
        from crm_mocks.vendor_sources import VendorSources, activate

        with StopSignals(partial(end_soon, exit_code=0)) as signals:
            activate(VendorSources.from_json(self.sources))
            config = None if self.config is None else Path(self.config)
            settings = load_settings(config, self.assignments, ())
            options = ServeOptions((), seed=self.seed, now=self.now, settings=settings, port=0, journal=self.journal)
            if self.workers == 1:
                serve_until_stopped(options, self._announce, signals, self.end_with)
            else:
                from crm_mocks.workers.processes import serve_with_workers

                serve_with_workers(options, self.workers, self._announce, lambda _: None, signals, self.end_with)

    def _announce(self, prepared: PreparedServer) -> None:
        from crm_mocks.server.ready_file import write_ready_file

        write_ready_file(Path(self.ready_file), prepared.described())


def main() -> None:
    """Serve what the argument describes; an error is one line on stderr, and exit code 2."""
    server = ChildServer(**json.loads(sys.argv[1]))
    try:
        with gc_paused():
            server.serve()
    except Exception as error:  # noqa: BLE001  # the last resort of commands reports it
        from crm_mocks.cli.last_resort import exit_code_of

        raise SystemExit(exit_code_of(partial(_raise, error))) from None
    atexit._run_exitfuncs()  # noqa: SLF001  # of packages of vendors
    os._exit(0)  # the rest of the interpreter's end takes ten milliseconds, which the run would wait for


def _raise(error: Exception) -> None:
    raise error
