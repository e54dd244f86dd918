"""Run a command; if it fails, its output is the error."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from crm_mocks.errors import CrmMocksError

BIN = Path(sys.executable).parent
TIMEOUT_SECONDS = 300


class StepError(CrmMocksError):
    """A step of a release failed: a command, whose output is in the message, or a check."""


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command; return its output, stderr included.

    Args:
        command: program and arguments.
        folder: the working directory.
        environment: variables added to the environment; Python's and pytest's own are removed.

    Raises:
        StepError: it failed, cannot be started, or took longer than TIMEOUT_SECONDS.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    inherited.pop("VIRTUAL_ENV", None)
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603  # commands of our own
            words,
            cwd=folder,
            env={**inherited, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepError(f"{' '.join(words)}: {error}") from None
    if done.returncode:
        raise StepError(f"{' '.join(words)} ended with exit code {done.returncode}:\n{done.stdout.rstrip()}")
    return done.stdout
