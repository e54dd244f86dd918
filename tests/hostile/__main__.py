"""`python -m tests.hostile`: attack for a time, print a table, keep what was found. Exit code 1 if there are faults.

Ctrl-C or SIGTERM ends the attacks early, with the same table. With `--page`, the table is written after each round, so
that a run that is killed leaves one too.
"""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from tests.hostile.attack import Tally, inputs, keep, run
from tests.hostile.kinds import KINDS, Attacks, attacks
from tests.hostile.table import print_table, write_part

_SLICE = 100
"""Inputs of one kind until it is the turn of the next; a third of the kind's inputs in the suite, if that is less."""


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Rounds:
    """Rounds of all kinds, until the time is up or a signal comes.

    Attributes:
        tallies: what the attacks came to so far, by kind.
    """

    def __init__(self, names: list[str], seconds: float, seed: int) -> None:
        self.tallies = {name: Tally(name) for name in names}
        self._seed = seed
        self._began = time.monotonic()
        self._seconds = seconds
        self._stopped = False
        for each in _SIGNALS:
            signal.signal(each, self._stop)

    @property
    def taken(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def is_over(self) -> bool:
        return self._stopped or self.taken >= self._seconds

    def attack(self, found: Attacks, number: int) -> None:
        """Try a slice of each kind; in a round that is cut short, only of the first ones."""
        for name, tally in self.tallies.items():
            if self.is_over:
                return
            size = min(_SLICE, KINDS[name].inputs // 3)
            made = inputs(found[name], range(number * size, (number + 1) * size), self._seed)
            with _blocked():  # an input would take the signal for its own, and count as a fault
                run(found[name], itertools.takewhile(_no_signal_waits, made), tally)

    def _stop(self, *_: object) -> None:
        self._stopped = True


@contextmanager
def _blocked() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _no_signal_waits(_: object) -> bool:
    return not signal.sigpending() & set(_SIGNALS)


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.hostile", description="Attack the mocks and readers.")
    parser.add_argument("--seconds", type=float, default=60, help="of all kinds together")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="only this one; repeatable")
    parser.add_argument("--page", type=Path, help="page whose marked part the table is written to")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    names = options.kind or list(KINDS)
    for name in [name for name in names if KINDS[name].lacks()]:
        console.print(f"{name}: not attacked, {KINDS[name].lacks()}", markup=False, highlight=False)
        names.remove(name)
    rounds = Rounds(names, options.seconds, options.seed)
    tallies = rounds.tallies.values()
    with attacks() as found:
        for number in itertools.count():
            if rounds.is_over:
                break
            rounds.attack(found, number)
            if options.page is not None:
                write_part(options.page, tallies, rounds.taken, options.seed)
    print_table(tallies, console, f"seed {options.seed}, {rounds.taken:,.0f} s")
    for tally in tallies:
        for path in keep(tally):
            console.print(f"{tally.kind}: {path}", markup=False, highlight=False)
    return 1 if any(tally.faults for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
