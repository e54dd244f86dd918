"""The directory that the processes of a test run share."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, Final

from crm_mocks.files.temporary import remove_abandoned

SERVER: Final = "server.json"
"""The ready file of the server."""

_SHARED: Final = "all"


class RunDirectory:
    """Records of the processes of a run, one file per kind and process; created with the first record.

    Records of a kind that is rare and looked for often share one file: see `append_shared`.

    Attributes:
        path: the directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = f"{path}{os.sep}"
        self._files: dict[tuple[str, int], FileIO] = {}

    @property
    def exists(self) -> bool:
        """Whether any process has recorded anything, or has a server that is ready."""
        return any(self.path.glob("*.jsonl")) or (self.path / SERVER).exists()

    def create(self) -> None:
        """Create the directory if it is missing, and remove those of runs that were killed."""
        if not self.exists:
            remove_abandoned()
            self.path.mkdir(mode=0o700, exist_ok=True)

    def append(self, kind: str, record: list[Any] | dict[str, Any]) -> None:
        """Append a record of this process."""
        self.append_json(kind, json.dumps(record).encode())

    def append_json(self, kind: str, record: bytes) -> None:
        """Append a record that is JSON already, in one line."""
        key = kind, os.getpid()
        file = self._files.get(key)
        if file is None:
            file = self._files[key] = self._open(f"{kind}-{os.getpid()}")
        file.write(record + b"\n")

    def append_shared(self, kind: str, record: list[Any]) -> None:
        """Append a record to the file that all processes share."""
        with self._open(f"{kind}-{_SHARED}") as file:
            file.write(json.dumps(record).encode() + b"\n")  # one write: the system keeps records whole

    def has_shared(self, kind: str) -> bool:
        """Return whether any process has appended a shared record."""
        return os.path.exists(f"{self._base}{kind}-{_SHARED}.jsonl")  # noqa: PTH110  # asked twice for each test

    def _open(self, name: str) -> FileIO:
        self.create()
        return FileIO(f"{self._base}{name}.jsonl", "a")

    def read(self, kind: str) -> Iterator[Any]:
        """Yield the records of all processes."""
        return map(json.loads, self.lines(kind))

    def lines(self, kind: str) -> Iterator[bytes]:
        """Yield the records of all processes as JSON."""
        for file in sorted(self.path.glob(f"{kind}-*.jsonl")):
            for line in file.read_bytes().split(b"\n"):
                if line.endswith((b"]", b"}")):  # the last line of a crashed process may be incomplete
                    yield line

    def remove(self) -> None:
        """Remove the directory."""
        while self._files:
            self._files.popitem()[1].close()
        shutil.rmtree(self.path, ignore_errors=True)
