"""Each line of an append-only file is there as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

import crm_mocks
from crm_mocks.files import line_file
from crm_mocks.files.line_file import LineFile, take_missing_lines
from crm_mocks.vendor import Vendor

FILES = Path("/proc/self/fd")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lines"


def test_several_writers_append_whole_lines(path: Path) -> None:
    writers = [LineFile(path), LineFile(path)]
    for number in range(4):
        writers[number % 2].append(b"%d" % number)
    assert path.read_bytes() == b"0\n1\n2\n3\n"
    for each in writers:
        each.close()


def test_only_the_owner_may_read_it(path: Path) -> None:
    LineFile(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_that_was_begun_is_ended_first(path: Path) -> None:
    path.write_bytes(b"whole\nbeg")
    file = LineFile(path)
    file.append(b"next")
    file.append(b"last")
    file.close()
    assert path.read_bytes() == b"whole\nbeg\nnext\nlast\n"


def test_a_line_that_was_written_in_part_is_lost_and_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, write = LineFile(path), os.write
    with monkeypatch.context() as patch:
        patch.setattr(line_file.os, "write", lambda descriptor, data: write(descriptor, data[:3]))
        file.append(b"disk")
    file.append(b"next")
    file.close()
    assert path.read_bytes() == b"dis\nnext\n"
    assert take_missing_lines() == [f"1 line is missing in {path}: {os.strerror(errno.ENOSPC)}"]


def test_a_line_that_another_process_has_written_in_part_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full, other, write = LineFile(path), LineFile(path), os.write
    with monkeypatch.context() as patch:
        patch.setattr(line_file.os, "write", lambda descriptor, data: write(descriptor, data[:3]))
        full.append(b"disk")
    other.append(b"next")
    other.close()
    full.close()
    assert path.read_bytes() == b"dis\nnext\n"
    assert take_missing_lines() == [f"1 line is missing in {path}: {os.strerror(errno.ENOSPC)}"]


def test_losses_are_named_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = LineFile(path)

    def fail(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.EIO, "it is broken")

    with monkeypatch.context() as patch:
        patch.setattr(line_file.os, "write", fail)
        file.append(b"one")
        file.append(b"two")
    assert take_missing_lines() == [f"2 lines are missing in {path}: it is broken"]
    assert take_missing_lines() == []
    file.close()


def test_a_pipe_is_refused_without_waiting(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(OSError, match="it is not a regular file"):
        LineFile(path)


@pytest.mark.skipif(not FILES.exists(), reason="counts files in /proc")
def test_mocks_close_their_journal_when_they_stop(path: Path, toy_vendor: Vendor) -> None:
    def journals() -> int:
        return sum(os.path.realpath(each) == str(path) for each in FILES.iterdir())

    for _ in range(2):
        with crm_mocks.serve([toy_vendor], port=0, journal=path):
            assert journals() == 1
        assert journals() == 0


def test_lines_of_a_file_that_is_removed_are_lost(path: Path) -> None:
    file = LineFile(path)
    file.append(b"1")
    file.append(b"2")
    path.unlink()
    file.close()
    assert take_missing_lines() == [f"2 lines are missing in {path}: it was removed or replaced while it was written"]


def test_lines_of_a_file_that_is_moved_are_not_lost(path: Path) -> None:
    file = LineFile(path)
    file.append(b"1")
    path.rename(path.with_name("moved"))
    file.close()
    assert take_missing_lines() == []
