"""The environment that commands of the docs run in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT


@pytest.fixture
def reader_environment(programs: Path) -> dict[str, str]:
    """The environment of a reader who has installed crm-mocks."""
    packages = [str(ROOT / "mocks"), str(ROOT / "contracts"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, packages)),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # those of the packages installed beside ours take two seconds to load
        "PYTEST_PLUGINS": "crm_contracts.pytest_plugin,xdist.plugin",
    }
