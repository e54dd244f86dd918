"""Programs of `cases/`, run as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROVIDERS = Path(__file__).parent / "cases" / "providers"


@contextmanager
def serving(program: str, **environment: str) -> Iterator[str]:
    """Run a provider that prints `ready PORT`, while the `with` block lasts; yield its URL."""
    process = subprocess.Popen(
        [sys.executable, _PROVIDERS / program],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = next(line for line in process.stdout if line.startswith("ready")).split()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()
