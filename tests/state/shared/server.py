"""A Valkey or Redis server for tests."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.ports import own_port

PROGRAMS = ("valkey-server", "redis-server")


def program() -> str | None:
    """Return the path of a server, or `None` if none is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def free_port() -> int:
    """Return a free port whose number leaves room for that of a cluster's bus, 10,000 above it."""
    return own_port(11_000, 20_000, bus=10_000)


class StateServer:
    """A server on a free port, whose data are not written to disk."""

    def __init__(self, folder: Path, *options: str, configuration: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._configuration = [] if configuration is None else [str(configuration)]
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        found = program()
        assert found is not None
        command = [
            found,
            *self._configuration,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen([*command, *self._options], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if self.command("PING") in (b"PONG", True):
                    return
            except Exception:  # noqa: BLE001  # it is not ready yet
                time.sleep(0.02)
        raise AssertionError(f"{found} does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def command(self, *words: str | int | bytes, password: str | None = None) -> Any:
        """Return the reply to a command."""
        import redis

        with redis.Redis(port=self.port, password=password, socket_timeout=60) as client:
            return client.execute_command(*words)
