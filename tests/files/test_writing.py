"""A file is replaced by a complete new one, or stays as it is."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_mocks.files.writing import append, create_file, write_file


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Files cannot grow beyond 1,000 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_written_with_the_mode_of_the_umask(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_file(tmp_path / "report.json", b"new")
    finally:
        os.umask(mask)
    assert (tmp_path / "report.json").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o640


def test_the_mode_of_an_old_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    path.chmod(0o604)
    write_file(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o604)


@pytest.mark.usefixtures("full_disk")
def test_an_old_file_survives_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="too large"):
        write_file(path, bytes(2000))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def _written(path: Path) -> None:
    write_file(path, b"new")


def _created(path: Path) -> None:
    with create_file(path) as file:
        append(file, b"new")


@pytest.mark.parametrize("write", [_written, _created])
def test_a_link_is_replaced_not_followed(tmp_path: Path, write: Callable[[Path], None]) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    path = tmp_path / "report.json"
    path.symlink_to(victim)
    write(path)
    assert victim.read_bytes() == b"mine"
    assert (path.read_bytes(), path.is_symlink()) == (b"new", False)


def test_a_private_file_is_private_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "traffic"
    path.touch(0o644)
    with create_file(path) as file:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        append(file, b"one\n")
        assert path.read_bytes() == b"one\n"


@pytest.mark.usefixtures("full_disk")
def test_a_record_for_which_there_is_no_room_leaves_no_part(tmp_path: Path) -> None:
    path = tmp_path / "traffic"
    with create_file(path) as file:
        append(file, b"x" * 900)
        with pytest.raises(OSError, match="too large"):
            append(file, b"y" * 900)
    assert path.read_bytes() == b"x" * 900


def test_a_pipe_gets_the_content(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write_file(path, b"new")
    assert os.read(reader, 100) == b"new"
    os.close(reader)
    with pytest.raises(OSError, match="No such device"):
        write_file(path, b"nobody reads this")


def test_standard_output_is_written_to_though_it_is_a_file(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        out.write(b"before ")
        out.flush()
        write_file(Path(f"/dev/fd/{out.fileno()}"), b"report")
    assert (tmp_path / "out").read_bytes() == b"before report"
    assert Path("/dev/fd").exists()
