"""Measure how supplied contracts are served: `python -m tools.supplied FILE…`.

Writes a table: operations served and not served, parts without effect, examples that keep their schema, seconds to
read, seconds until `crm-mocks serve` is ready, seconds until the first response, memory; then the reasons.
"""

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

from crm_mocks.contract import Contract, ContractFile
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.errors import ContractError
from crm_mocks.supplied import read_contract

_REASONS = 5
_COLUMNS = (
    "contract",
    "MB",
    "served",
    "unserved",
    "notes",
    "good examples",
    "read s",
    "ready s",
    "of processor",
    "first response s",
    "MiB",
)


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


def main(files: list[str]) -> int:
    """Write the table; return 1 if a contract cannot be served."""
    print(f"| {' | '.join(_COLUMNS)} |")
    print("| --- " * len(_COLUMNS) + "|")
    refused = 0
    details: list[str] = []
    for file in map(Path, files):
        before = time.perf_counter()
        try:
            supplied = read_contract(file, "supplied")
        except ContractError as error:
            details.append(f"{file}: refused: {error}")
            refused += 1
            continue
        seconds = time.perf_counter() - before
        contract = ContractFile.supplied("supplied", supplied).in_force(None)
        print(_row(file, supplied, contract, seconds), flush=True)
        details += _details(file, supplied)
    print("", *details, sep="\n")
    return 1 if refused else 0


def _row(file: Path, supplied: SuppliedContract, contract: Contract, seconds: float) -> str:
    good, total = _examples(contract)
    start = _start(file, contract)
    megabytes = sum(path.stat().st_size for path in supplied.files) / 1e6
    cells = [
        f"{file.parent.name}/{file.name}",
        f"{megabytes:.1f}",
        str(len(contract.operations)),
        str(len(supplied.unserved)),
        str(len(supplied.notes)),
        f"{good} of {total}",
        f"{seconds:.2f}",
        f"{start.ready_seconds:.2f}",
        f"{start.cpu_seconds:.2f}",
        f"{start.first_response_seconds:.2f}",
        str(start.mebibytes),
    ]
    return f"| {' | '.join(cells)} |"


def _details(file: Path, supplied: SuppliedContract) -> Iterator[str]:
    for kind, found in (("not served", supplied.unserved), ("no effect", supplied.notes)):
        for each in found[:_REASONS]:
            text = each.text if hasattr(each, "text") else str(each)
            yield f"{file.name}: {kind}: {text} ({each.place})"
        if len(found) > _REASONS:
            yield f"{file.name}: {kind}: {len(found) - _REASONS} more"


def _examples(contract: Contract) -> tuple[int, int]:
    """Return how many examples of a contract keep its schemas, and how many there are."""
    results: list[bool] = []
    for operation in contract.operations.values():
        for outcome in operation.outcomes.values():
            validators = operation.responses[outcome.status].validators
            if not (outcome.generated or outcome.protocol):
                results += [validators[name].is_valid(value) for name, value in outcome.value.items()]
        examples = operation.body.examples.values() if operation.body is not None else ()
        results += [media_type.validator.is_valid(value) for media_type, value in examples]
    return sum(results), len(results)


def _start(file: Path, contract: Contract) -> Start:
    before = time.perf_counter()
    with _serve(file) as (process, url):
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


@contextmanager
def _serve(file: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    words = [sys.executable, "-m", "crm_mocks", "serve", "--port", "0", str(file.resolve())]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            url = next((line.split()[1] for line in process.stdout if line.startswith("ready ")), "")
            if not url:
                raise SystemExit(f"crm-mocks serve {file} did not start")
            yield process, url
        finally:
            process.terminate()


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
