"""Serve a mock in a process of its own."""

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

_TIMEOUT_SECONDS: Final = 60
_LOOPBACK: Final = "http://127.0.0.1"


@dataclass(frozen=True)
class MockProcess:
    """A mock that answers requests.

    Attributes:
        url: base URL; append a path of the contract to get an endpoint.
        credentials: demo credentials by name.
    """

    url: str
    credentials: Mapping[str, str]


@contextmanager
def serve_in_process(vendor: str, settings: Mapping[str, Any], folder: Path, seed: int) -> Iterator[MockProcess]:
    """Serve one vendor on a free port while the `with` block lasts.

    Args:
        vendor: name of the vendor.
        settings: values by name, without the vendor's.
        folder: existing folder for the ready-file and the log.
        seed: seed of the mock's generated values.

    Raises:
        CrmMocksError: the mock did not start.
    """
    ready, log = folder / "ready.json", folder / "mock.log"
    changes = [part for name, value in settings.items() for part in ("--set", f"{vendor}.{name}={value}")]
    command = [sys.executable, "-m", "crm_mocks", "serve", vendor, "--port", "0", "--seed", str(seed), "--log", "off"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # our own command, without a shell
            [*command, "--ready-file", str(ready), *changes], stdout=output, stderr=output, env=environment(_LOOPBACK)
        )
    try:
        _wait_until_ready(process, ready, log)
        details = json.loads(ready.read_text("utf-8"))["vendors"][vendor]
        yield MockProcess(details["url"], details["credentials"])
    finally:
        process.terminate()
        process.wait(_TIMEOUT_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Path, log: Path) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            lines = log.read_text("utf-8", "replace").strip().splitlines()
            raise CrmMocksError(f"the mock did not start: {lines[-1] if lines else 'it printed nothing'}")
        time.sleep(0.05)
