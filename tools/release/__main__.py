"""`python -m tools.release`: build a release with its SBOM, check it, and try it on every supported Python.

Nothing is uploaded. Exit code 0 if all checks passed, 1 otherwise, 2 on a usage error. A Python that is not available
is named and skipped, and so is the look-up of advisories where no service can be reached.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.dependencies.audit import UnreachableError, audit
from tools.release import distributions, index, sbom
from tools.release.commands import StepError
from tools.release.matrix import Cell, Dependencies, cells, first_test
from tools.release.pythons import VERSIONS

PROJECT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m tools.release", description="Build and check a release.")
    parser.add_argument(
        "--dist", type=Path, default=PROJECT / "dist", metavar="DIR", help="where the files are written"
    )
    parser.add_argument("--python", action="append", choices=VERSIONS, help="only this Python; repeatable")
    names = [each.name.lower() for each in Dependencies]
    parser.add_argument("--dependencies", action="append", choices=names, help="only these; repeatable")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    sets = [Dependencies[name.upper()] for name in options.dependencies or names]
    try:
        options.dist.mkdir(parents=True, exist_ok=True)
        built = distributions.build(PROJECT, options.dist.absolute())
        distributions.check(built, PROJECT)
        console.print(f"{built.sdist.name}, {built.wheel.name}: reproducible, complete, metadata valid")
        with _index(built) as url:
            console.print(f"{sbom.write(built, PROJECT, url).name}: valid")
            matrix = list(cells(options.python or VERSIONS, sets, url, first_test(PROJECT / "README.md")))
    except StepError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    console.print(_table(matrix))
    for cell in matrix:
        if cell.failed:
            console.print(f"{cell.python}, {cell.dependencies.value}: {cell.result}", markup=False)
    works = not any(cell.failed for cell in matrix) and not all(cell.skipped for cell in matrix)
    return 0 if _is_free_of_advisories(console) and works else 1


@contextmanager
def _index(built: distributions.Distributions) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        index.lay_out([built.sdist, built.wheel], Path(folder))
        with index.served(Path(folder)) as url:
            yield url


def _is_free_of_advisories(console: Console) -> bool:
    """Print the advisories; without a service there are none."""
    try:
        found = audit()
    except UnreachableError as error:
        console.print(f"[yellow]{error}[/]")
        return True
    console.print(str(found), markup=False)
    return not found.advisories


def _table(matrix: Sequence[Cell]) -> Table:
    table = Table(title="Installed from an index, then README's first test and four commands")
    for head in ("Python", "dependencies", "result", "install", "use"):
        table.add_column(head)
    for cell in matrix:
        result = (
            "[red]failed[/]" if cell.failed else f"[yellow]{cell.result}[/]" if cell.skipped else "[green]passed[/]"
        )
        seconds = [f"{each:.0f} s" if each else "" for each in cell.seconds]
        table.add_row(cell.python, cell.dependencies.value, result, *seconds)
    return table


if __name__ == "__main__":
    sys.exit(main())
