"""`python -m tests.hostile`: attack for a time, print a table, keep what was found. Exit code 1 if there are faults."""

from __future__ import annotations

import argparse
import itertools
import sys
import time

from rich.console import Console
from rich.table import Table

from tests.hostile.attack import Tally, inputs, keep, run
from tests.hostile.kinds import attacks

_SLICE = 100
"""Inputs of one kind until it is the turn of the next."""


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.hostile", description="Attack the mocks and readers.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    end = time.monotonic() + options.seconds
    with attacks() as kinds:
        tallies = {name: Tally(name) for name in kinds}
        for first in itertools.count(0, _SLICE):
            if time.monotonic() >= end:
                break
            for name, attack in kinds.items():
                run(attack, inputs(attack, range(first, first + _SLICE), options.seed), tallies[name])
    table = Table("kind attacked", "inputs tried", "faults", title=f"seed {options.seed}")
    for tally in tallies.values():
        table.add_row(tally.kind, f"{tally.tried:,}", str(len(tally.faults)))
    console.print(table)
    for tally in tallies.values():
        for path in keep(tally):
            console.print(f"{tally.kind}: {path}", markup=False, highlight=False)
    return 1 if any(tally.faults for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
