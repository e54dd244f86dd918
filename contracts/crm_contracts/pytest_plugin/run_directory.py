"""The directory that the processes of a test run share."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class RunDirectory:
    """Records of the processes of a run, one file per kind and process; created with the first record.

    Attributes:
        path: the directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether any process has recorded anything, or started the server."""
        return self.path.is_dir()

    def append(self, kind: str, record: list[Any] | dict[str, Any]) -> None:
        """Append a record of this process."""
        self.append_json(kind, json.dumps(record).encode())

    def append_json(self, kind: str, record: bytes) -> None:
        """Append a record that is JSON already, in one line."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        with (self.path / f"{kind}-{os.getpid()}.jsonl").open("ab") as file:
            file.write(record + b"\n")

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
        shutil.rmtree(self.path, ignore_errors=True)
