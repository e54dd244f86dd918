"""docs/contracts.md, written from a full run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tools.contracts.runner import ContractReport
from tools.pages.markdown import table

_ABOUT: Final = """\
# Contracts and the tools of the field

<!-- Written by `make contracts`: edit tools/contracts, not this page. -->

The files in `openapi/` are plain OpenAPI 3.0.3. Use them with any tool as they are, or print the contract under other
settings with `crm-mocks contract VENDOR --set NAME=VALUE`; a running mock serves it as `/openapi/<vendor>.json`.

`make contracts` installs the tools below in pinned versions and runs them on every contract, and on every release of a
CRM that has several. `make contracts ARGS=--quick` runs those that send nothing, as CI does; `ARGS="--tool NAME"` runs
one tool, `ARGS=VENDOR` one vendor's contracts. Node 20 with npm is required for it, and for nothing else; for the
clients in PHP and Java, `php` and `javac`."""

_STATEMENTS: Final = """\
Where a tool sends requests, the three numbers are its statements: requests sent, requests that got the documented
status, and responses that were read in full. A tool that runs on one release only has an empty cell for the others."""

_CONTRADICTIONS: Final = """\
Where two tools contradict each other, OpenAPI 3.0.3 wins:

- A condition on several members of an object (`anyOf` beside `properties`) is valid OpenAPI, but generators make a
  class of each branch and lose the properties. It stands in a `not` within a `not`: validators enforce it, generators
  skip it.
- Redocly warns about `required` in such a condition when the member is declared outside it, and about conditions as
  "illogical composition"; JSON Schema allows both. These are warnings, so they stay.
- Refused requests stand in `x-refused-examples`, as Spectral checks every example against its schema. Tools that pair
  requests and responses by name can print the merged form: `crm-mocks contract VENDOR --with-refused-examples`."""


def page(report: ContractReport) -> str:
    """Return the page."""
    sections = [
        _ABOUT,
        "## Results",
        table(("tool", "version", *report.contracts), _rows(report)),
        _STATEMENTS,
        "## What each tool checks and needs",
        table(("tool", "checks", "needs"), ((tool.name, tool.purpose, tool.needs) for tool in report.tools)),
        _CONTRADICTIONS,
        "## Excused findings",
        "These findings are not errors of a contract (`tools/contracts/excused.yaml`).",
        table(("tool", "contracts", "findings", "finding", "reason"), _excused(report)),
    ]
    return "\n\n".join(sections) + "\n"


def _rows(report: ContractReport) -> Iterator[tuple[str, ...]]:
    for tool in report.tools:
        cells = (report.cells.get((tool.name, contract)) for contract in report.contracts)
        yield tool.name, report.versions[tool.name], *(cell.text() if cell else "" for cell in cells)


def _excused(report: ContractReport) -> Iterator[tuple[str, ...]]:
    found: dict[tuple[str, str, str], tuple[list[str], int]] = {}
    for cell in report.cells.values():
        for _, excuse in cell.excused:
            key = excuse.tool, excuse.finding.pattern, excuse.reason
            contracts, count = found.get(key, ([], 0))
            found[key] = [*dict.fromkeys([*contracts, cell.contract])], count + 1
    for (tool, pattern, reason), (contracts, count) in found.items():
        yield tool, ", ".join(contracts), str(count), f"`{pattern}`", reason
