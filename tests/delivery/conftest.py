"""Built distributions, and an index on loopback that has them and all that they depend on."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.wheel import ROOT
from tools.release import distributions
from tools.release.index import lay_out, served


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The sdist and the wheel of this checkout."""
    return distributions.build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def wheelhouse(built, tmp_path_factory):
    """A folder with the distributions, their dependencies, and what builds them."""
    folder = tmp_path_factory.mktemp("wheelhouse")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", folder, built.wheel, "hatchling"]
    subprocess.run(command, check=True, capture_output=True)
    shutil.copy2(built.sdist, folder)
    return folder


@pytest.fixture(scope="session")
def index_url(wheelhouse, tmp_path_factory):
    """URL of an index that has the files of the wheelhouse and nothing else."""
    folder = tmp_path_factory.mktemp("index")
    lay_out(sorted(wheelhouse.iterdir()), folder)
    with served(folder) as url:
        yield url
