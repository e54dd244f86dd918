"""A contract of a user, and vendors made of it, each in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crm_mocks.cli import main
from tests.vendor_registry.samples import CONTRACT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the contract `their-crm.yaml` in it."""
    shutil.copy(CONTRACT, tmp_path)
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(folder: Path) -> Callable[..., Result]:
    """Run a command in this process, in the working folder."""
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)))
