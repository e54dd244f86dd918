"""`python -m tools.release`: what it finds wrong with distributions, and what it prints."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from crm_mocks import __version__
from tests.wheel import ROOT
from tools.release import __main__ as release
from tools.release import matrix, pythons
from tools.release.commands import StepError
from tools.release.distributions import Distributions, check, missing
from tools.release.index import lay_out
from tools.release.matrix import Cell, Dependencies, cells


def without(wheel, name, folder):
    """Return a copy of a wheel that lacks a file."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(folder / wheel.name, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
    return folder / wheel.name


def test_the_distributions_of_this_checkout_are_complete_and_reproducible(built):
    check(built, ROOT)


@pytest.mark.parametrize(
    "name",
    [
        "crm_mocks/openapi/leadbank.yaml",
        "crm_contracts/py.typed",
        f"crm_mocks-{__version__}.dist-info/licenses/LICENSE",
    ],
)
def test_a_wheel_that_lacks_a_file_is_named(built, tmp_path, name):
    (absent,) = missing(without(built.wheel, name, tmp_path), ROOT)
    assert name.endswith(absent)


def test_distributions_that_a_second_build_does_not_give_are_refused(built, tmp_path):
    sdist = Path(shutil.copy2(built.sdist, tmp_path))
    sdist.write_bytes(sdist.read_bytes() + b"\0")
    with pytest.raises(StepError, match=rf"{sdist.name} differs from that of a second build"):
        check(Distributions(sdist, built.wheel), ROOT)


def test_the_index_states_the_required_python(built, tmp_path):
    lay_out([built.wheel, built.sdist], tmp_path)
    page = (tmp_path / "simple" / "crm-mocks" / "index.html").read_text("utf-8")
    assert page.count('data-requires-python="&gt;=3.11"') == 2
    assert f'href="{built.wheel.name}#sha256=' in page


def test_a_python_that_cannot_be_had_is_skipped_and_named(monkeypatch):
    monkeypatch.setattr(matrix, "find", lambda _version: None)
    found = list(cells(["3.12"], [Dependencies.LOWEST], "http://127.0.0.1:1/", ""))
    assert found == [Cell("3.12", Dependencies.LOWEST, "no Python 3.12", skipped=True)]


def test_a_shim_that_leads_nowhere_is_skipped(monkeypatch, tmp_path):
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n", "utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(pythons, "BIN", tmp_path)  # no uv
    assert pythons.find("3.12") is None


def test_an_installation_that_fails_is_in_the_matrix(monkeypatch, tmp_path):
    monkeypatch.setattr(matrix, "find", lambda _version: tmp_path / "gone")
    (cell,) = cells(["3.12"], [Dependencies.NEWEST], "http://127.0.0.1:1/", "")
    assert cell.failed
    assert "gone -m venv" in cell.result


def test_an_unknown_python_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as ended:
        release.main(["--python", "2.7"])
    assert ended.value.code == 2
    assert "invalid choice: '2.7'" in capsys.readouterr().err
