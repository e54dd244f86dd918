"""README.md and docs/install.md, followed in an empty folder, with an index that has the built files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from crm_mocks import __version__
from tests.delivery.programs import program
from tests.docs.outputs import agrees
from tests.docs.snippets import blocks_of
from tests.wheel import ROOT
from tools.release.matrix import first_test

IGNORED = shutil.ignore_patterns(".*", "dist", "build", "node_modules", "__pycache__")


def blocks(page):
    """Return the blocks of a page that only these tests run."""
    return [
        block
        for block in blocks_of((ROOT / page).read_text("utf-8"), page)
        if block.not_run.startswith("tests/delivery")
    ]


def commands(page):
    """Return the commands of the blocks of a page that only these tests run, block by block."""
    return [block.commands for block in blocks(page)]


@pytest.fixture
def folder(built, tmp_path):
    """A folder with a new, active environment, and a clone with its built files."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / ".venv"], check=True)
    clone = shutil.copytree(ROOT, tmp_path / "crm-mocks", ignore=IGNORED)
    (clone / "dist").mkdir()
    shutil.copy2(built.wheel, clone / "dist")
    return tmp_path


@pytest.fixture
def run(folder, index_url):
    """Run a command in that folder; return what it printed."""
    own = folder / "programs"
    own.mkdir()
    for name in ("uv", "uvx", "pipx"):
        (own / name).symlink_to(program(name))
    certificates = {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ}
    environment = {
        **certificates,
        "PATH": f"{folder / '.venv' / 'bin'}:{own}:/usr/bin:/bin",
        "HOME": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index_url,
        "PIP_NO_COMPILE": "1",
        "UV_INDEX": index_url,  # beside the usual one: a lock file is for all platforms
        "UV_PYTHON": sys.executable,
    }

    def run(command):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    return run


def test_the_readme_leads_to_a_verdict_on_a_first_test(folder, run):
    others, (install,), (test,) = commands("README.md")
    ((_, shown),) = blocks("README.md")[-1].steps
    assert install == "pip install crm-mocks"
    run(install)
    (folder / "test_leads.py").write_text(first_test(ROOT / "README.md"), "utf-8")
    assert agrees(shown, run(test).splitlines())
    for command in others:
        run(f"{command} --no-deps --force-reinstall")
        assert run("crm-mocks --version") == f"crm-mocks {__version__}\n"


def test_the_readme_says_what_a_mistake_gives(folder, run):
    run("pip install crm-mocks")
    (folder / "test_leads.py").write_text(first_test(ROOT / "README.md").replace('"email"', '"mail"'), "utf-8")
    printed = run("pytest test_leads.py || true")
    assert re.search(r"config_api\.createLead body\.leadCustomer\.email required", printed)
    assert "basis: documented" in printed
    assert 'curl "$CRM_MOCKS_URL"' in printed


def test_uvx_pipx_and_uv_do_as_the_page_says(folder, run):
    ephemeral, _, with_uv = commands("docs/install.md")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "ours"\nversion = "1"\nrequires-python = ">=3.11"\n', "utf-8"
    )
    for command in (*ephemeral, *with_uv):
        printed = run(command)
        assert f"crm-mocks {__version__}" in printed or command.startswith("uv add")


def test_a_folder_of_wheels_needs_no_index(run):
    wheels, install = [each for block in commands("docs/ci.md") for each in block]
    run(wheels)
    run(f"PIP_INDEX_URL= {install}")
    assert run("crm-mocks --version") == f"crm-mocks {__version__}\n"


def test_a_python_that_is_too_old_is_named(run):
    printed = run("pip download --no-deps --only-binary :all: --python-version 3.10 crm-mocks || true")
    assert f"{__version__} Requires-Python >=3.11" in printed


def test_make_names_the_python_it_needs(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = subprocess.run(["make", "PYTHON=false", "serve"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[0] == "crm-mocks needs Python 3.11 or later: try make PYTHON=python3.12 …"
