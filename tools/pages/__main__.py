"""`python -m tools.pages --write | --check`: generate pages of docs/, or name those out of date.

Exit code 0 when they are up to date or were written, 1 when `--check` finds one out of date, 2 on a usage error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crm_mocks.contract.source import directory
from crm_mocks.errors import CrmMocksError
from tools.pages.build import stale, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m tools.pages", description="Generate pages of docs/ from contracts.")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="write the pages that are out of date")
    action.add_argument("--check", action="store_true", help="exit 1 and name the pages that are out of date")
    docs = directory().parent / "docs"
    parser.add_argument("--docs", type=Path, default=docs, metavar="DIR", help="folder of the pages (default: docs/)")
    options = parser.parse_args(arguments)
    try:
        names = write(options.docs) if options.write else stale(options.docs)
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    if options.check and names:
        print(*(f"{options.docs / name} is out of date: run `make docs` and commit it" for name in names), sep="\n")
        return 1
    print(f"wrote {', '.join(names)}" if names else "the pages are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
