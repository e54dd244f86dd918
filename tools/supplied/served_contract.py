"""The mock of a supplied contract in a process of its own, and what its start costs."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from crm_mocks.contract import Contract


@dataclass(frozen=True)
class Start:
    """A start of the command.

    Attributes:
        ready_seconds: until it was ready.
        cpu_seconds: processor time until then.
        first_response_seconds: until the response to the first request had arrived.
        mebibytes: resident memory after that.
        status: of the response.
    """

    ready_seconds: float
    cpu_seconds: float
    first_response_seconds: float
    mebibytes: int
    status: int


@contextmanager
def serve(file: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a contract by the name `supplied`; yield the process and the URL.

    Args:
        file: the contract.
        options: further options of `crm-mocks serve`.
    """
    words = [
        sys.executable,
        "-m",
        "crm_mocks",
        "serve",
        "--port",
        "0",
        *options,
        f"--contract=supplied={file.resolve()}",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603  # ours
        try:
            assert process.stdout is not None
            url = next((line.split()[1] for line in process.stdout if line.startswith("ready ")), "")
            if not url:
                raise SystemExit(f"crm-mocks serve {file} did not start")
            yield process, url
        finally:
            process.terminate()


def start(file: Path, contract: Contract) -> Start:
    """Measure a start.

    Args:
        file: the contract's file.
        contract: the same, for the path of the first request.
    """
    before = time.perf_counter()
    with serve(file) as (process, url):
        ready, used = time.perf_counter() - before, _cpu_seconds(process.pid)
        operation = next((each for each in contract.operations.values() if each.method == "GET"), None)
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        path = re.sub(r"\{[^{}]*\}", "1", operation.path) if operation is not None else "/"
        connection.request("GET", quote(path))
        response = connection.getresponse()
        response.read()
        seconds = time.perf_counter() - before
        connection.close()
        return Start(ready, used, seconds, _mebibytes(process.pid), response.status)


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, where the system has it in /proc; else 0."""
    stat = Path(f"/proc/{pid}/stat")
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split() if stat.exists() else []
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _mebibytes(pid: int) -> int:
    """Return the resident memory of a process, where the system has it in /proc; else 0."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text(encoding="utf-8")) if status.exists() else None
    return int(found[1]) // 1024 if found else 0
