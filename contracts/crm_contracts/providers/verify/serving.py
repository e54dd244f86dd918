"""A mock in a process of its own, as a client meets it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crm_contracts.providers.verify.environment import environment
from crm_mocks.errors import CrmMocksError

_SECONDS: Final = 60
_LOOPBACK: Final = "http://127.0.0.1"


@dataclass(frozen=True)
class Served:
    """A mock that answers.

    Attributes:
        url: of the server; with a path of the contract behind it, it is an endpoint.
        credentials: demo credentials by name.
    """

    url: str
    credentials: Mapping[str, str]


@contextmanager
def served(vendor: str, settings: Mapping[str, Any], folder: Path, seed: int) -> Iterator[Served]:
    """Serve one vendor on a free port while the `with` block lasts.

    Args:
        vendor: the vendor's name.
        settings: values by name, without the vendor's.
        folder: an existing folder for the ready-file and the log.
        seed: of the mock's generated values.

    Raises:
        CrmMocksError: it did not start.
    """
    ready, log = folder / "ready.json", folder / "mock.log"
    changes = [part for name, value in settings.items() for part in ("--set", f"{vendor}.{name}={value}")]
    command = [sys.executable, "-m", "crm_mocks", "serve", vendor, "--port", "0", "--seed", str(seed), "--log", "off"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # our own command, without a shell
            [*command, "--ready-file", str(ready), *changes], stdout=output, stderr=output, env=environment(_LOOPBACK)
        )
    try:
        _wait(process, ready, log)
        about = json.loads(ready.read_text("utf-8"))["vendors"][vendor]
        yield Served(about["url"], about["credentials"])
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _wait(process: subprocess.Popen[bytes], ready: Path, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text("utf-8", "replace").strip().splitlines()
            raise CrmMocksError(f"the mock did not start: {said[-1] if said else 'it says nothing'}")
        time.sleep(0.05)
