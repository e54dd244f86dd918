"""Pages of docs/ generated from contracts and code: `python -m tools.pages --write` or `--check`.

Each page is a module with `NAME`, the name of its file, and `render`, which returns its text.
"""

from tools.pages.build import pages, stale, write

__all__ = ["pages", "stale", "write"]
