"""Files are read whole, or refused within seconds, whatever kind of file has their name."""

from __future__ import annotations

import os
import socket
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_mocks.files import reading
from crm_mocks.files.reading import read_bytes, real_path


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def _device(name: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(name)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


KINDS = {
    "a pipe that nobody writes to": (_pipe, "nothing is written to it"),
    "a socket": (_socket, "No such device"),
    "a folder": (Path.mkdir, "Is a directory"),
    "a huge file": (_huge, "more than 64 MiB"),
    "an endless device": (_device("/dev/zero"), "more than 64 MiB"),
    "a loop of links": (lambda path: path.symlink_to(path), "symbolic links"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_no_end_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, reason = KINDS[kind]
    monkeypatch.setattr(reading, "_WRITER_SECONDS", 0.05)
    make(tmp_path / "odd")
    with pytest.raises(OSError) as refused:  # noqa: PT011  # the reason is in strerror
        read_bytes(tmp_path / "odd")
    assert reason in refused.value.strerror


def test_a_writer_that_falls_silent_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SILENT_SECONDS", 0.05)
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        os.write(writer, b"begun")
        with pytest.raises(OSError, match="nothing is written to it"):
            read_bytes(tmp_path / "pipe")
    finally:
        os.close(writer)


def test_a_file_of_the_system_with_nothing_to_give_yet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`/proc/kmsg` is a regular file, and a read of it that does not wait returns `None`."""
    monkeypatch.setattr(reading, "_SILENT_SECONDS", 0.05)
    monkeypatch.setattr(reading.stat, "S_ISREG", lambda _: True)
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        with pytest.raises(OSError, match="nothing is written to it"):
            read_bytes(tmp_path / "pipe")
    finally:
        os.close(writer)


def test_a_loop_of_links_is_a_path_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert real_path(tmp_path / "loop") == real_path(tmp_path) / "loop"


def test_what_a_command_writes_to_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    content = os.urandom(300_000)
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,))
    writer.start()
    assert read_bytes(tmp_path / "pipe") == content
    writer.join()


def test_a_document_cannot_name_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(tmp_path / "pipe", regular=True)


def test_a_name_with_a_null_character_is_no_file() -> None:
    with pytest.raises(OSError, match="null"):
        read_bytes(Path("a\0b"))


def test_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"x")
    tracemalloc.start()
    try:
        assert read_bytes(tmp_path / "small") == b"x"
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024**2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [0, 3, 7, 8, 9, 20])
def test_a_file_is_read_whole_whatever_size_it_says(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_CHUNK_BYTES", 8)
    content = bytes(range(size))
    (tmp_path / "file").write_bytes(content)
    assert read_bytes(tmp_path / "file", 20) == content
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result((0o100644, *(0,) * 9)))
    assert read_bytes(tmp_path / "file", 20) == content
