"""Pages of docs/ that are made of contracts and code: `python -m tools.pages --write` or `--check`.

A page is a module here with `NAME`, the file's name, and `render`, which returns its text.
"""

from tools.pages.build import pages, stale, write

__all__ = ["pages", "stale", "write"]
