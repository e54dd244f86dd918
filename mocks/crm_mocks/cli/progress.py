"""The progress of a command: one line on stderr, on terminals only, since a log would keep every state of it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import click

from crm_mocks.cli.streams import before_messages, has_erasers, terminal_width
from crm_mocks.cli.terminal_lines import columns
from crm_mocks.outside_text import without_log_commands

T = TypeVar("T")

_DELAY_SECONDS: Final = 1.0
"""Time after which a command shows its progress: quick ones show none."""
_INTERVAL_SECONDS: Final = 0.2
_MIN_SECONDS: Final = 1.0
"""Time of an activity from which on its rate is known."""


@dataclass(frozen=True)
class _State:
    """What is shown.

    Attributes:
        activity: what the command does, such as `reading contracts`.
        since: start of the activity, in monotonic seconds.
        done: what is done, in units; `None` if nothing is counted.
        total: amount of work; `None` if that is unknown.
        units: plural of what is counted, such as `runs`.
        note: further words.
        fraction: done part from 0 to 1, if it is not `done` of `total`.
    """

    activity: str
    since: float
    done: int | None = None
    total: int | None = None
    units: str = ""
    note: str = ""
    fraction: float | None = None

    def text(self, now: float) -> str:
        """Return the line, such as `sweep: 45 of 120 runs, 3.2/s, 23 s left`."""
        seconds = now - self.since
        parts = []
        if self.done is not None:
            of = "" if self.total is None else f" of {self.total}"
            parts.append(f"{self.done}{of} {self.units}".rstrip())
            if self.done and seconds >= _MIN_SECONDS:
                parts.append(_rate(self.done / seconds))
        left = self._left(seconds)
        parts.append(f"{_duration(seconds)} so far" if left is None else f"{_duration(left)} left")
        return f"{self.activity}: {', '.join(filter(None, (*parts, self.note)))}"

    def _left(self, seconds: float) -> float | None:
        fraction = self.fraction
        if fraction is None and self.done is not None and self.total:
            fraction = self.done / self.total
        return seconds * (1 - min(fraction, 1)) / fraction if fraction and seconds >= _MIN_SECONDS else None


class Progress:
    """Progress of a command. It may be used from several threads."""

    def __init__(self, activity: str) -> None:
        self._state = _State(activity, time.monotonic())
        self._ended = threading.Event()
        self._lock = threading.RLock()
        self._is_drawn = False

    def start(self, activity: str) -> None:
        """Begin another activity, for which nothing is counted yet."""
        self._state = _State(activity, time.monotonic())

    def show(
        self,
        done: int,
        total: int | None = None,
        units: str = "",
        *,
        note: str = "",
        fraction: float | None = None,
    ) -> None:
        """Change what is shown.

        Args:
            done: what is done of the activity, in units.
            total: amount of work, if known.
            units: plural of what is counted.
            note: further words.
            fraction: done part from 0 to 1, if it is not `done` of `total`.
        """
        self._state = _State(self._state.activity, self._state.since, done, total, units, note, fraction)

    def count(self, units: str, *, note: str = "", fraction: float | None = None) -> None:
        """Count one more, of a number that is unknown; for arguments, see `show`."""
        self.show((self._state.done or 0) + 1, None, units, note=note, fraction=fraction)

    def each(self, items: Iterable[T], units: str, total: int | None = None) -> Iterator[T]:
        """Yield items, and count them."""
        for done, item in enumerate(items):
            self.show(done, total, units)
            yield item

    def say(self, line: str) -> None:
        """Print a line on stdout above the progress, without commands of build servers."""
        with self._lock:
            self.erase()
            click.echo(without_log_commands(line))

    def erase(self) -> None:
        """Remove the line until it is drawn again."""
        with self._lock:
            if self._is_drawn:
                self._write("\r\x1b[K")
                self._is_drawn = False

    def end(self) -> None:
        """Show nothing any more."""
        self._ended.set()
        self.erase()

    def draw_until_ended(self) -> None:
        """Draw the line again and again."""
        wait = _DELAY_SECONDS
        while not self._ended.wait(wait):
            wait = _INTERVAL_SECONDS
            with self._lock:
                if not self._ended.is_set():
                    self._draw()

    def _draw(self) -> None:
        line, width = f"crm-mocks: {self._state.text(time.monotonic())}", terminal_width(sys.stderr) - 1
        if columns(line) > width:
            line = line[: max(width - 1, 1)] + "…"
        self._write(f"\r{line}\x1b[K")
        self._is_drawn = True

    @staticmethod
    def _write(text: str) -> None:
        with suppress(OSError, ValueError):  # the terminal may be gone
            sys.stderr.write(text)
            sys.stderr.flush()


@contextmanager
def progress(activity: str) -> Iterator[Progress]:
    """Show the progress of a command during the `with` block, once it has taken a second.

    Within such a block, another one shows nothing.

    Args:
        activity: what the command does first.
    """
    shown = Progress(activity)
    if has_erasers() or not _is_terminal():
        yield shown
        return
    drawing = threading.Thread(target=shown.draw_until_ended, name="progress", daemon=True)
    drawing.start()
    try:
        with before_messages(shown.erase):
            yield shown
    finally:
        shown.end()
        drawing.join()


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _rate(per_second: float) -> str:
    if per_second >= 0.95:
        return f"{per_second:.1f}/s" if per_second < 99.95 else f"{per_second:.0f}/s"
    return f"{per_second * 60:.1f}/min"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, whole = divmod(whole, 60)
    return f"{minutes} min {whole} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
