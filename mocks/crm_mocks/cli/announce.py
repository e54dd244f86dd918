"""What `serve` prints: the banner, the ready line, the request log."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from typing import TextIO

import click

from crm_mocks.cli.request_log import json_line, text_line
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.state.journal_entry import JournalEntry


def announce(prepared: PreparedServer, log: str | None, *, seed: int) -> None:
    """Say that the mocks answer, and log requests from now on.

    For a person at a terminal there is a banner first. For a program, the only line on stdout is `ready <url>`.

    Args:
        prepared: what is served.
        log: `text`, `json` or `off`; `None` is text on a terminal, else off.
        seed: for the banner.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a garbled request is the client's affair, not news
    person = _is_terminal(sys.stdout)
    if person:
        from crm_mocks.cli.banner import banner

        banner(prepared, seed=seed)
    elif prepared.admin_token is not None:
        click.echo(f"admin token: {prepared.admin_token}", err=True)
    click.echo(f"ready {prepared.url}")
    _log(prepared, log or ("text" if person else "off"))


def _log(prepared: PreparedServer, form: str) -> None:
    if form == "off":
        return
    colour = _is_terminal(sys.stderr) and not os.environ.get("NO_COLOR")

    def write(entry: JournalEntry) -> None:
        line = json_line(entry) if form == "json" else text_line(entry)
        with suppress(OSError):  # whoever read the log may have gone: the mocks go on
            click.echo(line, err=True, color=colour)

    prepared.application.mock_app.listeners.append(write)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
