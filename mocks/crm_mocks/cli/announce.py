"""Output of `serve`: banner, ready line and request log."""

from __future__ import annotations

import logging
import os
import sys
from typing import Final, TextIO

import click

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.near_misses import most_similar
from crm_mocks.cli.log_writer import LogHandler, LogWriter
from crm_mocks.cli.request_log import json_line, text_line
from crm_mocks.cli.streams import complain, ignore_lost_output, terminal_width
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.stats import is_unmatched

_SHOWN: Final = 20
"""Resources, and operations that are not served, that are named at the start; some contracts have thousands."""


def announce(prepared: PreparedServer, log: str | None, *, seed: int, workers: int = 1) -> LogWriter:
    """Announce that the mocks are ready, start the request log, and return its writer.

    On a terminal, print a banner first. Otherwise `ready <url>` is the only line on stdout.

    Args:
        prepared: the server.
        log: `text`, `json` or `off`; `None` for text on a terminal, otherwise off.
        seed: seed to show in the banner.
        workers: number of workers to show in the banner.
    """
    ignore_lost_output()
    interactive = _is_terminal(sys.stdout)
    if interactive:
        from crm_mocks.cli.banner import banner

        text = banner(prepared, seed=seed, workers=workers, width=terminal_width(sys.stdout))
        click.echo(text, color=not os.environ.get("NO_COLOR"))
    else:
        _mention_supplied(prepared)
    if not interactive and prepared.is_token_generated:
        click.echo(f"admin token: {prepared.admin_token}", err=True)
    click.echo(f"ready {prepared.local_url}")
    return start_log(prepared, log)


def _mention_supplied(prepared: PreparedServer) -> None:
    """Print on stderr what was recognised in supplied contracts, and what is not served, in a line each."""
    mock_app = prepared.application.mock_app
    for name, vendor in mock_app.vendors.items():
        contract = mock_app.contracts[name]
        if contract.supplied is None:
            continue
        listed = f"listed at {prepared.local_url}"
        recognised = list(vendor.recognised())
        more = [f"{len(recognised) - _SHOWN} more, {listed}"] if len(recognised) > _SHOWN else []
        found = "; ".join([*recognised[:_SHOWN], *more]) or "no resources"
        complain(f"{name}: {len(contract.operations)} operations; recognised: {found}")
        for each in contract.supplied.unserved[:_SHOWN]:
            complain(f"{name}: not served: {each}")
        if len(contract.supplied.unserved) > _SHOWN:
            complain(f"{name}: not served: {len(contract.supplied.unserved) - _SHOWN} more, {listed}")
        without_effect = len(contract.supplied.notes)
        if without_effect:
            url = prepared.local_url
            click.echo(f"crm-mocks: {name}: parts without effect: {without_effect}, listed at {url}", err=True)


def start_log(prepared: PreparedServer, log: str | None) -> LogWriter:
    """Start the log of this process and return its writer; for arguments, see `announce`."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # malformed requests are not our errors
    writer = LogWriter(colour=_is_terminal(sys.stderr) and not os.environ.get("NO_COLOR"))
    logging.getLogger().addHandler(LogHandler(writer))
    prepared.application.mock_app.on_stopped.append(writer.flush)
    log_format = log or ("text" if _is_terminal(sys.stdout) else "off")
    if log_format == "off":
        return writer
    is_terminal = _is_terminal(sys.stderr)
    mock_app = prepared.application.mock_app

    def write(entry: JournalEntry) -> None:
        if log_format == "json":
            line = json_line(entry)
        else:
            line = text_line(entry, _similar(entry, mock_app), terminal_width(sys.stderr) if is_terminal else None)
        writer.write(line)

    mock_app.listeners.append(write)
    return writer


def _similar(entry: JournalEntry, mock_app: MockApp) -> str:
    """Return method and path of the operation most similar to a request that matches none; empty if none is."""
    if not is_unmatched(entry):
        return ""
    known = mock_app.sessions.find(entry.session)
    contracts = [mock_app.contract(known, name) for name in mock_app.vendors]
    return most_similar(entry.method, entry.path, contracts)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
