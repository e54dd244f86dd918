"""Folders and files of the repository that the site is built from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
ASSETS: Final = Path(__file__).parent / "assets"
"""Style and script of the site, which the pages in the repository do not need."""

ICON: Final = ROOT / "mocks/crm_mocks/live_page/static/icon.svg"
"""Icon of the live page."""
