"""A progress bar, on terminals only: a log would keep every state of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from crm_contracts.clients.fuzz.search import FuzzProgress, ShowProgress
from crm_contracts.report.text import plural


@contextmanager
def progress_bar(count: int, seconds: float | None) -> Iterator[ShowProgress]:
    """Show a progress bar during the `with` block; return what updates it.

    Args:
        count: number of cases to generate.
        seconds: time after which the campaign ends, if any.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("crm-mocks:"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("the baseline run", total=1.0)
        began = time.monotonic()

        def show(progress: FuzzProgress) -> None:
            done = max(progress.cases / count, (time.monotonic() - began) / seconds if seconds else 0.0)
            words = f"{plural(progress.cases, 'response')}, {plural(progress.weaknesses, 'weakness', 'weaknesses')}"
            bar.update(task, completed=done, description=f"{words}; {progress.activity}")

        yield show
