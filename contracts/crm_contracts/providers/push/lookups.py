"""Lookups of what a receiver has stored: by URL, by a command, or in a log file."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, Final

from crm_contracts.providers.push.channels.channel import Channel, PushRequest
from crm_contracts.providers.push.persistence_check import Lookup, PatientLookup
from crm_mocks.errors import UsageError
from crm_mocks.watchdog import marked

_ID: Final = "{id}"
_COMMAND: Final = "command:"
_LOG: Final = "log:"
_UNKNOWN_ID: Final = "0"
"""An id that no case sends."""

_CANNOT_RUN: Final = frozenset({126, 127})
"""Exit codes of a shell that cannot run a command."""


def parse_lookup(text: str, channel: Channel, seconds: float) -> Lookup:
    """Return the lookup that a text describes.

    Args:
        text: a URL with `{id}`, `command:COMMAND`, or `log:FILE:PATTERN`.
        channel: sends the requests of a lookup by URL.
        seconds: time limit of a command.

    Raises:
        UsageError: it is none of these, or the command or file cannot be used.
    """
    if text.startswith(_COMMAND):
        return lookup_by_command(text.removeprefix(_COMMAND), seconds)
    if text.startswith(_LOG):
        file, colon, pattern = text.removeprefix(_LOG).partition(":")
        if not file or not colon or _ID not in pattern:
            raise UsageError(f"--lookup {text}: must be log:FILE:PATTERN, with the placeholder {_ID} in the pattern")
        return lookup_in_log(Path(file), pattern)
    if _ID in text and text.startswith(("http://", "https://")):
        return lookup_by_url(text, channel)
    raise UsageError(
        f"--lookup {text}: must be an http:// or https:// URL with the placeholder {_ID}, command:COMMAND or "
        "log:FILE:PATTERN"
    )


def lookup_by_url(template: str, channel: Channel) -> Lookup:
    """Return a lookup by URL: the body of a 2xx response is what is stored, 404 or 410 means nothing is.

    Args:
        template: the URL, with `{id}` as placeholder for the id.
        channel: sends the requests.
    """

    def lookup(record: str) -> Any:
        exchange = channel.send(PushRequest("GET", template.replace(_ID, record)))
        if 200 <= exchange.status < 300:
            return exchange.response_body
        if exchange.status in (404, 410):
            return None
        problem = exchange.failure or f"responded with {exchange.status}, expected 2xx, 404 or 410"
        raise UsageError(f"--lookup: {exchange.url}: {problem}")

    return lookup


def lookup_by_command(command: str, seconds: float) -> Lookup:
    """Return a lookup by a shell command, which gets the id as `$1`, as `$CRM_MOCKS_ID`, and in place of `{id}`.

    A record is stored if the command exits with 0, unless it prints the same for an id that was never sent. What it
    prints is the stored record.

    Args:
        command: for the shell.
        seconds: time limit.

    Raises:
        UsageError: the command cannot be run.
    """

    def run(record: str) -> bytes | None:
        line = command.replace(_ID, shlex.quote(record))
        try:
            done = subprocess.run(  # noqa: S603  # it is the user's own command
                ["/bin/sh", "-c", line, "lookup", record],
                env=marked({**os.environ, "CRM_MOCKS_ID": record}),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(f"--lookup: the command did not end within {seconds:g} s") from None
        except OSError as error:
            raise UsageError(f"--lookup: the command cannot be run: {error.strerror}") from None
        if done.returncode in _CANNOT_RUN or done.returncode < 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
            raise UsageError(f"--lookup: the command cannot be run: {lines[-1]}")
        return done.stdout.strip() if done.returncode == 0 else None

    absent = run(_UNKNOWN_ID)

    def lookup(record: str) -> Any:
        printed = run(record)
        return None if printed == absent else printed

    return PatientLookup(lookup)


def lookup_in_log(file: Path, pattern: str) -> Lookup:
    """Return a lookup of lines that the receiver writes to a log file when it stores a record.

    Args:
        file: the log; lines from before this call are ignored.
        pattern: regular expression, with `{id}` as placeholder for the id.

    Raises:
        UsageError: the file cannot be read, or the pattern is invalid.
    """
    try:
        re.compile(pattern.replace(_ID, "0"))
        start = file.stat().st_size
    except re.error as error:
        raise UsageError(f"--lookup: the pattern {pattern} is invalid: {error}") from None
    except OSError as error:
        raise UsageError(f"--lookup: cannot read {file}: {error.strerror}") from None

    def lookup(record: str) -> Any:
        expression = re.compile(pattern.replace(_ID, rf"(?<!\d){re.escape(record)}(?!\d)"))
        try:
            with file.open("rb") as log:
                log.seek(start if file.stat().st_size >= start else 0)  # it was rotated
                lines = log.read().decode(errors="replace").splitlines()
        except OSError as error:
            raise UsageError(f"--lookup: cannot read {file}: {error.strerror}") from None
        return [line for line in lines if expression.search(line)] or None

    return PatientLookup(lookup)
