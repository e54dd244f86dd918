"""`crm-mocks serve`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crm_mocks.cli.choice import Choice
from crm_mocks.cli.progress import progress
from crm_mocks.cli.serving_options import serving_keywords, serving_options
from crm_mocks.cli.stopping import end_soon
from crm_mocks.cli.streams import complain
from crm_mocks.cli.vendor_options import VENDOR, with_supplied
from crm_mocks.cli.worker_count import WorkerCount
from crm_mocks.errors import UsageError
from crm_mocks.options import ServeOptions
from crm_mocks.watchdog import watchdog

if TYPE_CHECKING:
    from asyncio import Task

    from crm_mocks.cli.log_writer import LogWriter
    from crm_mocks.server.prepared_server import PreparedServer
    from crm_mocks.server.process import StopSignals

_OPTIONS: Final = (
    "host", "port", "seed", "now", "settings", "records", "replay", "tls", "tls_cert", "tls_key", "cors", "admin_token",
    "public_url", "base_path", "state", "state_wait", "journal",
)  # fmt: skip


@click.command("serve")
@click.argument("vendors", nargs=-1, type=VENDOR, metavar="[VENDOR]...")
@serving_options(*_OPTIONS)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write URLs and credentials to this file, as JSON, once the mocks answer.",
)
@click.option(
    "--admin-token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File with the token that the control API requires, which no list of processes shows.",
)
@click.option(
    "--log",
    type=Choice(["text", "json", "off"]),
    help="Log one line per request to stderr.  [default: text on a terminal, otherwise off]",
)
@click.option(
    "--workers",
    type=WorkerCount(),
    default="1",
    show_default=True,
    metavar="N",
    help="Serve sessions in N processes, to use several cores; 0 or auto for one per core.",
)
@click.option("--reload", is_flag=True, help="Read contracts, and code of --vendor-dir, again when files change.")
@click.option("--end-with", type=click.IntRange(1), hidden=True, help="Exit when the process with this id exits.")
def command(
    vendors: tuple[str, ...],
    ready_file: Path | None,
    admin_token_file: Path | None,
    log: str | None,
    workers: int,
    end_with: int | None,
    *,
    reload: bool,
    **options: Any,
) -> int:
    """Serve mocks of the named vendors, or of all.

    Prints `ready URL` once the mocks accept requests. Stop them with Ctrl-C or SIGTERM.
    """
    from crm_mocks.gc_pause import gc_paused
    from crm_mocks.server.process import StopSignals, serve_until_stopped

    # Signals first, so that one that arrives during slow imports also stops the process cleanly.
    cleanup = watchdog() if options["tls"] else nullcontext()  # the file of the certificate authority
    with cleanup, StopSignals(partial(end_soon, exit_code=0)) as signals, gc_paused():
        from crm_mocks.server.ready_file import remove_ready_file, withdraw_ready_file, write_ready_file

        if ready_file is not None:
            remove_ready_file(ready_file)
        if reload and options["state"] is not None:
            raise UsageError("--reload and --state exclude each other: processes with a state have the same contracts")
        if workers != 1 and options["state"] is not None:
            raise UsageError("--workers and --state exclude each other: start more processes with the same state")
        options["admin_token"] = _token(admin_token_file, options["admin_token"])
        vendors = with_supplied(vendors)
        serving = ServeOptions(vendors, **serving_keywords(options, vendors))

        def announce_ready(prepared: PreparedServer) -> None:
            from crm_mocks.cli.announce import announce

            starting.close()
            start_reloading = _reloading(prepared) if reload else None  # files may change as soon as it is announced
            if ready_file is not None:
                write_ready_file(ready_file, prepared.described())
            writer = announce(prepared, log, seed=serving.seed, workers=workers)
            if start_reloading is not None:
                tasks.append(start_reloading(writer))

        starting = ExitStack()
        if workers == 1:  # a thread must not run while workers are forked
            starting.enter_context(progress("reading contracts"))
        tasks: list[Task[None]] = []  # a reference, since the event loop keeps none

        try:
            if workers == 1:
                serve_until_stopped(serving, announce_ready, signals, end_with)
            else:
                return _serve_with_workers(serving, workers, announce_ready, log, signals, end_with)
        finally:
            starting.close()
            if ready_file is not None:
                withdraw_ready_file(ready_file)
    return 0


def _token(file: Path | None, given: str | None) -> str | None:
    """Return the token in a file, or the given one if there is no file.

    Raises:
        UsageError: the file cannot be read, or there are two tokens.
    """
    if file is None:
        return given
    if given is not None:
        raise UsageError("--admin-token-file: there is also --admin-token, or CRM_MOCKS_ADMIN_TOKEN")
    from crm_mocks.parsing.user_files import read_file

    return read_file(file, "--admin-token-file").decode("utf-8", "replace").rstrip("\r\n")


def _serve_with_workers(
    serving: ServeOptions,
    workers: int,
    announce: Callable[[PreparedServer], None],
    log: str | None,
    signals: StopSignals,
    end_with: int | None,
) -> int:
    """Serve with several workers; return the exit code."""
    from crm_mocks.cli.announce import start_log
    from crm_mocks.workers.processes import WorkerLost, serve_with_workers

    def set_up(prepared: PreparedServer) -> None:
        start_log(prepared, log)

    try:
        serve_with_workers(serving, workers, announce, set_up, signals, end_with)
    except WorkerLost as error:
        complain(str(error))
        return 1
    return 0


def _reloading(prepared: PreparedServer) -> Callable[[LogWriter], Task[None]]:
    """Return a function that starts to read changed files again, with a line on stderr for each change."""
    import asyncio

    from crm_mocks.server.contract_reload import files_now, reload_changed

    mock_app = prepared.application.mock_app
    watched = files_now(mock_app)

    def start(writer: LogWriter) -> Task[None]:
        reloading = reload_changed(mock_app, watched, lambda line: writer.write(f"crm-mocks: {line}"))
        return asyncio.get_running_loop().create_task(reloading)

    return start
