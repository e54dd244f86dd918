"""Progress of a verification, by its log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from crm_contracts.report.text import safe

_EXCHANGE: Final = b'["exchange"'
ShowProgress = Callable[[int, str], None]


class ProgressOfLog:
    """What was sent so far, by the log of observations."""

    def __init__(self, log: Path) -> None:
        """Start at the beginning.

        Args:
            log: file of an `ObservationLog`, which may not exist yet.
        """
        self._log = log
        self._read = 0
        self._exchanges = 0
        self._latest = ""

    def read(self) -> tuple[int, str]:
        """Return the number of requests and the latest one, such as `POST /v1/leads/create 400`."""
        if self._log.exists():
            with self._log.open("rb") as file:
                file.seek(self._read)
                lines = [line for line in file if line.endswith(b"\n")]
            self._read += sum(map(len, lines))
            exchanges = [line for line in lines if line.startswith(_EXCHANGE)]
            self._exchanges += len(exchanges)
            if exchanges:
                latest = json.loads(exchanges[-1])[1]
                self._latest = f"{latest['method']} {urlsplit(latest['url']).path} {latest['status'] or ''}".rstrip()
        return self._exchanges, safe(self._latest)
