"""`python -m tests.hostile`: attack for a time, print a table, keep what was found. Exit code 1 if there are faults."""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path

from rich.console import Console

from tests.hostile.attack import Tally, inputs, keep, run
from tests.hostile.kinds import KINDS, attacks
from tests.hostile.table import print_table, write_part

_SLICE = 100
"""Inputs of one kind until it is the turn of the next; a third of the kind's inputs in the suite, if that is less."""


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.hostile", description="Attack the mocks and readers.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="only this one; repeatable")
    parser.add_argument("--page", type=Path, help="page whose marked part the table is written to")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    began = time.monotonic()
    kinds = [KINDS[name] for name in options.kind or KINDS]
    for kind in [kind for kind in kinds if kind.lacks()]:
        console.print(f"{kind.name}: not attacked, {kind.lacks()}", markup=False, highlight=False)
        kinds.remove(kind)
    tallies = {kind.name: Tally(kind.name) for kind in kinds}
    with attacks() as found:
        for turn in itertools.count():
            if time.monotonic() - began >= options.seconds:
                break
            for kind in kinds:
                size = min(_SLICE, kind.inputs // 3)
                numbers = range(turn * size, (turn + 1) * size)
                run(found[kind.name], inputs(found[kind.name], numbers, options.seed), tallies[kind.name])
    seconds = time.monotonic() - began
    print_table(tallies.values(), console, f"seed {options.seed}, {seconds:,.0f} s")
    if options.page is not None:
        write_part(options.page, tallies.values(), seconds, options.seed)
    for tally in tallies.values():
        for path in keep(tally):
            console.print(f"{tally.kind}: {path}", markup=False, highlight=False)
    return 1 if any(tally.faults for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
