"""A progress bar, on terminals only: a log would hold every state of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from crm_contracts.fuzz.program.hunt import Progress, Standing
from crm_contracts.report.text import number


@contextmanager
def shown(count: int, seconds: float | None) -> Iterator[Progress]:
    """Show a bar while the `with` block lasts; give what tells it how far it is.

    Args:
        count: answers that are to be generated.
        seconds: after which none is generated any more, if any.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("crm-mocks:"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("the plain run", total=1.0)

        def tell(standing: Standing) -> None:
            done = max(standing.answers / count, standing.seconds / seconds if seconds else 0.0)
            words = f"{number(standing.answers, 'answer')}, {number(standing.weaknesses, 'weakness', 'weaknesses')}"
            bar.update(task, completed=done, description=f"{words}; {standing.doing}")

        yield tell
