"""Journals are appended to journals only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm_contracts.recordings.journal.lines import is_journal_file, lines_of
from crm_mocks.errors import UsageError
from crm_mocks.state.journal_file import LINE_START, JournalFile


def append(path: Path) -> None:
    """Append an exchange to a journal."""
    file = JournalFile(path, {}, {}, "run")
    file.write({"request": {}})
    file.close()


@pytest.mark.parametrize(
    "before", [b"", LINE_START + b"}\n", LINE_START[:5], LINE_START[:5] + b"\n", LINE_START, b"\n"]
)
def test_a_journal_goes_on_where_another_was_cut_off(before: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(before)
    append(path)
    assert path.read_bytes().startswith(before)
    assert is_journal_file(path)
    notes: list[str] = []
    assert [line.run for line in lines_of(path, notes.append) if line.exchange.get("request") is not None] == ["run"]


@pytest.mark.parametrize("before", [b"settings:\n", b"{}\n", b"\n\nleads\n", LINE_START[:5] + b"x"])
def test_another_file_is_left_as_it_is(before: bytes, tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_bytes(before)
    with pytest.raises(UsageError, match=re.escape(f"cannot write the journal {path}: the file exists and is not")):
        append(path)
    assert path.read_bytes() == before
