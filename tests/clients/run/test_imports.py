"""`crm-mocks run` imports neither Flask nor Faker itself."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

UNWANTED = {"flask", "faker", "hypothesis", "jinja2"}


def modules_after(code: str) -> set[str]:
    """Return the modules that a Python process has imported after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}\nprint(json.dumps(list(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["crm_contracts.commands.run", "crm_contracts.clients.run"])
def test_the_command_imports_neither_flask_nor_faker(module: str) -> None:
    assert not modules_after(f"import {module}") & UNWANTED


def test_a_run_imports_neither_the_control_api_nor_faker() -> None:
    run = "try: main(['run', '--', sys.executable, '-S', '-c', ''])\nexcept SystemExit: pass"
    modules = modules_after(f"from crm_mocks.cli import main\n{run}")
    assert not modules & {"faker", "hypothesis", "crm_mocks.admin.application", "crm_contracts.control"}
