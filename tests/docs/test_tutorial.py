"""The tutorial, followed from an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.recipe import follow
from tests.docs.snippets import TUTORIAL


def test_the_tutorial_is_followed_to_its_end(
    reader_environment: dict[str, str], tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    write = pytestconfig.getoption("--write-outputs")
    first, mistake, refusal, _, ci = follow(TUTORIAL, tmp_path, reader_environment, write=write).values()
    assert "Contract kept" in first
    assert "Contract broken" in mistake
    assert "leadCustomer.email" in mistake
    assert "Contract kept" in refusal
    assert "Contract kept" in ci
    assert (tmp_path / "verdict.html").is_file()
    assert (tmp_path / "verdict.xml").is_file()
