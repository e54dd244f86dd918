"""Stand-ins for `crm-mocks`, `pytest` and `python`, which have a fork server run what they are asked to run."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
MODULES: Final = {"crm-mocks": ("-m", "crm_mocks"), "pytest": ("-m", "pytest"), "python": ()}
CAN_FORK: Final = hasattr(os, "pidfd_open")
"""Whether the system has what the fork server needs; elsewhere the stand-ins start real processes."""


@contextmanager
def programs() -> Iterator[Path]:
    """Yield a folder with the stand-ins, for the head of `PATH`."""
    with tempfile.TemporaryDirectory(prefix="forkserver-") as name:
        folder = Path(name)
        if not CAN_FORK:
            for program, words in MODULES.items():
                write(folder / program, sys.executable, *words)
            yield folder
            return
        address = folder / "socket"
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "CRM_MOCKS"))}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.forkserver.server", str(address)],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            client = Path(__file__).with_name("client.py")
            for program, words in MODULES.items():
                write(folder / program, sys.executable, "-IS", str(client), str(address), *words)
            yield folder
            server.communicate()  # the end of its input ends it


def write(script: Path, *command: str) -> None:
    """Write a shell script that runs a command with further arguments."""
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', "utf-8")
    script.chmod(0o755)
