"""The value of `--workers`."""

from __future__ import annotations

from typing import Any

import click

from crm_mocks.workers.cores import MOST_WORKERS, core_count


class WorkerCount(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A number of workers; 0 or `auto` is the number of processor cores."""

    name = "workers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of workers."""
        if value in ("auto", "0"):
            return min(core_count(), MOST_WORKERS)
        try:
            number = int(value)
        except ValueError:
            number = -1
        if not 1 <= number <= MOST_WORKERS:
            self.fail(
                f"'{value}' is not a number from 1 to {MOST_WORKERS}, or auto for one worker per core.", param, ctx
            )
        return number
