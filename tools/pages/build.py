"""Generate the pages, and compare them with the files in a folder."""

from __future__ import annotations

from pathlib import Path

from crm_mocks.errors import UsageError
from crm_mocks.vendor import Vendor, load_vendor, vendor_names
from tools.pages import crms, dependencies, lint, outcomes, positions, releases, settings

_MODULES = (crms, dependencies, lint, outcomes, positions, releases, settings)


def pages(vendors: list[Vendor] | None = None) -> dict[str, str]:
    """Return the text of each page by file name, by default for all vendors."""
    vendors = [load_vendor(name) for name in vendor_names()] if vendors is None else vendors
    return {module.NAME: module.render(vendors) for module in _MODULES}


def write(folder: Path) -> list[str]:
    """Write the pages that are missing from a folder or out of date; return their names.

    Raises:
        UsageError: the folder does not exist.
    """
    written = stale(folder)
    texts = pages()
    for name in written:
        (folder / name).write_text(texts[name], encoding="utf-8", newline="\n")
    return written


def stale(folder: Path) -> list[str]:
    """Return the names of the pages that are missing from a folder or out of date.

    Raises:
        UsageError: the folder does not exist.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}: run in a checkout of the project, or use --docs")
    return [name for name, text in pages().items() if _text(folder / name) != text]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
