"""Files of this repository that the docs name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:tests|benchmarks|tools|openapi)/[\w./-]+)`")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_exist(page: Path) -> None:
    missing = {path for path in NAMED.findall(page.read_text("utf-8")) if not (ROOT / path).exists()}
    assert not missing


def test_pages_name_files() -> None:
    assert sum(len(NAMED.findall(page.read_text("utf-8"))) for page in PAGES) > 50
