"""Progress of a verification, on terminals only: a log would keep every state of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from crm_contracts.report.text import plural, safe

_EXCHANGE: Final = b'["exchange"'
ShowProgress = Callable[[str], None]


class ProgressOfLog:
    """What was sent so far, by the log of observations."""

    def __init__(self, log: Path) -> None:
        """Start at the beginning.

        Args:
            log: file of an `ObservationLog`, which may not exist yet.
        """
        self._log = log
        self._read = 0
        self._exchanges = 0
        self._latest = ""

    def text(self) -> str:
        """Return the number of requests and the latest one: `863 requests, POST /v1/leads/create 400`."""
        if self._log.exists():
            with self._log.open("rb") as file:
                file.seek(self._read)
                lines = [line for line in file if line.endswith(b"\n")]
            self._read += sum(map(len, lines))
            exchanges = [line for line in lines if line.startswith(_EXCHANGE)]
            self._exchanges += len(exchanges)
            if exchanges:
                latest = json.loads(exchanges[-1])[1]
                self._latest = f", {latest['method']} {urlsplit(latest['url']).path} {latest['status'] or ''}".rstrip()
        return plural(self._exchanges, "request") + self._latest


@contextmanager
def progress_line() -> Iterator[ShowProgress]:
    """Show a line on stderr during the `with` block; return what changes its text."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.description}", markup=False)
    columns = (TextColumn("crm-mocks:"), SpinnerColumn(), text, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as line:
        task = line.add_task("connecting", total=None)
        yield lambda words: line.update(task, description=safe(words))
