"""Measure how supplied contracts are served: `python -m tools.supplied [--cases N] FILE…`.

Writes a table: operations served and not served, parts without effect, examples that keep their schema, seconds to
read, seconds until `crm-mocks serve` is ready, seconds until the first response, memory, and with `--cases` how many
cases of schemathesis were sent, answered with a success, and answered with a server error or not at all; then the
reasons.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crm_mocks.contract import Contract, ContractFile
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.errors import ContractError
from crm_mocks.supplied import read_contract
from tools.supplied.schemathesis_cases import CaseResult, send_cases
from tools.supplied.served_contract import serve, start

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
_CASE_COLUMNS = ("cases", "successes", "5xx or no response", "cases s")


def main(words: list[str]) -> int:
    """Write the table; return 1 if a contract cannot be served, or a case failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.supplied", description="Measure how contracts are served.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an OpenAPI document")
    parser.add_argument("--cases", type=int, default=0, help="cases of schemathesis per document")
    parser.add_argument("--seconds", type=float, default=300, help="time for the cases of a document (300)")
    options = parser.parse_args(words)
    columns = _COLUMNS + (_CASE_COLUMNS if options.cases else ())
    print(f"| {' | '.join(columns)} |")
    print("| --- " * len(columns) + "|")
    failed = 0
    details: list[str] = []
    for file in options.files:
        before = time.perf_counter()
        try:
            supplied = read_contract(file, "supplied")
        except ContractError as error:
            details.append(f"{file}: refused: {error}")
            failed += 1
            continue
        seconds = time.perf_counter() - before
        contract = ContractFile.supplied("supplied", supplied).in_force(None)
        cells = _cells(file, supplied, contract, seconds)
        details += _details(file, supplied)
        if options.cases:
            with serve(file) as (_, url):
                cases = send_cases(url, supplied.document, options.cases, options.seconds)
            cells += [str(cases.sent), str(cases.successes), str(len(cases.failures)), f"{cases.seconds:.0f}"]
            details += _case_details(file, cases)
            failed += bool(cases.failures)
        print(f"| {' | '.join(cells)} |", flush=True)
    print("", *details, sep="\n")
    return 1 if failed else 0


def _cells(file: Path, supplied: SuppliedContract, contract: Contract, seconds: float) -> list[str]:
    good, total = _examples(contract)
    measured = start(file, contract)
    megabytes = sum(path.stat().st_size for path in supplied.files) / 1e6
    return [
        f"{file.parent.name}/{file.name}",
        f"{megabytes:.1f}",
        str(len(contract.operations)),
        str(len(supplied.unserved)),
        str(len(supplied.notes)),
        f"{good} of {total}",
        f"{seconds:.2f}",
        f"{measured.ready_seconds:.2f}",
        f"{measured.cpu_seconds:.2f}",
        f"{measured.first_response_seconds:.2f}",
        str(measured.mebibytes),
    ]


def _details(file: Path, supplied: SuppliedContract) -> Iterator[str]:
    for kind, found in (("not served", supplied.unserved), ("no effect", supplied.notes)):
        for each in found[:_REASONS]:
            yield f"{file.name}: {kind}: {each.text} ({each.place})"
        if len(found) > _REASONS:
            yield f"{file.name}: {kind}: {len(found) - _REASONS} more"


def _case_details(file: Path, cases: CaseResult) -> Iterator[str]:
    for each in cases.failures:
        yield f"{file.name}: failed: {each}"
    for each in cases.not_made[:_REASONS]:
        yield f"{file.name}: no case made: {each}"
    if len(cases.not_made) > _REASONS:
        yield f"{file.name}: no case made: {len(cases.not_made) - _REASONS} more"


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
