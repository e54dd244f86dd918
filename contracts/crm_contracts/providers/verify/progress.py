"""Progress of a verification, by its log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.report.text import safe
from crm_mocks.contract import Operation

_EXCHANGE: Final = b'["exchange"'
_VARIABLE: Final = re.compile(r"\\{[^/]*?\\}")


@dataclass(frozen=True)
class VerifyProgress:
    """Progress of a verification. Schemathesis does not announce how many requests it will send.

    Attributes:
        requests: number of requests so far.
        called: number of operations that were called so far.
        operations: number of operations that may be called.
        latest: the latest request, such as `POST /v1/leads/create 400`.
    """

    requests: int
    called: int
    operations: int
    latest: str

    @property
    def note(self) -> str:
        """The operations and the latest request, in words."""
        return f"{self.called} of {self.operations} operations" + (f", {self.latest}" if self.latest else "")


ShowProgress = Callable[[VerifyProgress], None]


class ProgressOfLog:
    """Reads the progress from the log of observations."""

    def __init__(self, log: Path, operations: Iterable[Operation]) -> None:
        """Start at the beginning.

        Args:
            log: file of an `ObservationLog`, which may not exist yet.
            operations: operations that may be called.
        """
        self._log = log
        self._read = 0
        self._requests = 0
        self._latest = ""
        self._called: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        by_variables = sorted(operations, key=lambda each: each.path.count("{"))  # /leads/new before /leads/{id}
        self._paths = [(each.id, each.method, _pattern(each.path)) for each in by_variables]

    def read(self) -> VerifyProgress:
        """Return the progress so far."""
        if self._log.exists():
            with self._log.open("rb") as file:
                file.seek(self._read)
                lines = [line for line in file if line.endswith(b"\n")]
            self._read += sum(map(len, lines))
            for line in lines:
                if line.startswith(_EXCHANGE):
                    self._count(json.loads(line)[1])
        return VerifyProgress(self._requests, len(self._called), len(self._paths), safe(self._latest))

    def _count(self, exchange: dict[str, Any]) -> None:
        method, path = exchange["method"], urlsplit(exchange["url"]).path
        self._requests += 1
        self._latest = f"{method} {path} {exchange['status'] or ''}".rstrip()
        if (method, path) not in self._seen and len(self._called) < len(self._paths):
            self._seen.add((method, path))
            found = (name for name, of, pattern in self._paths if of == method and pattern.search(path))
            self._called.update([*found][:1])


def _pattern(path: str) -> re.Pattern[str]:
    """Return a pattern of the paths of a template; the provider's URL may have a path before it."""
    return re.compile(_VARIABLE.sub("[^/]+", re.escape(path)) + "$")
