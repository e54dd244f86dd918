"""Temporary folders of killed processes are removed by the next start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crm_mocks.files.temporary import new_folder_path, remove_abandoned


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def of_process(pid: int) -> Path:
    """Create a folder as a process with this id has it."""
    own = new_folder_path()
    path = own.with_name(own.name.replace(f"-{os.getpid()}-", f"-{pid}-"))
    path.mkdir()
    (path / "file").touch()
    return path


def test_a_folder_of_a_process_that_has_ended_is_removed() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    ended, own = of_process(process.pid), of_process(os.getpid())
    remove_abandoned()
    assert (ended.exists(), own.exists()) == (False, True)


def test_folders_of_other_containers_and_of_other_programs_are_kept(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    space = new_folder_path().name.split("-")[2]
    names = [f"crm-mocks-{int(space) + 1}-{process.pid}-{'0' * 16}", f"crm-mocks-{process.pid}", "crm-mocks-x"]
    for name in names:
        (folder / name).mkdir()
    remove_abandoned()
    assert sorted(each.name for each in folder.iterdir()) == sorted(names)
