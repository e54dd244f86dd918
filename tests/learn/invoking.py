"""Run a command in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from crm_mocks.cli import main


def invoke(*arguments: object) -> tuple[int, str]:
    """Return the exit code, and all output."""
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    return result.exit_code, result.output


def learned(target: Path, *arguments: object) -> Any:
    """Return the contract that was learned, and written to a file."""
    code, output = invoke("learn", *arguments, "-o", target)
    assert code == 0, output
    return yaml.safe_load(target.read_text())
