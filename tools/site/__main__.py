"""`python -m tools.site`: build the docs site in strict mode, with new pictures if there is a Chromium.

Exit code 0 when it was built, 1 if a page is not in the navigation or a link is dead, 2 on a usage error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.pages import screenshots
from tools.site.build import BuildError, build
from tools.site.checkout import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m tools.site", description="Build the docs site.")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "build" / "site", metavar="DIR", help="folder (default: build/site)"
    )
    parser.add_argument("--no-pictures", action="store_true", help="use the pictures of docs/images as they are")
    options = parser.parse_args(arguments)
    chromium = None if options.no_pictures else screenshots.find_chromium()
    if chromium is None and not options.no_pictures:
        print("no Chromium: the site has the pictures of docs/images as they are", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        if chromium is not None:
            screenshots.take_all(chromium, Path(folder))
        try:
            pages = build(options.output.absolute(), Path(folder) if chromium else None)
        except BuildError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    print(f"{pages} pages: {options.output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
