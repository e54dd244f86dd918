"""What fails a verdict as workflow commands of GitHub Actions, at the tests whose requests showed it."""

from __future__ import annotations

import re
from pathlib import Path

from crm_contracts.judge.finding import Finding, Standing
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.workflow_command import workflow_command


def render(verdict: Verdict) -> str:
    """Return a line for each failing finding and each complaint.

    A finding of a pytest run has the file and line of its first test, if that file is below the working directory.
    """
    lines = [_finding(finding) for finding in verdict.findings if finding.standing is Standing.FAILS]
    lines += [workflow_command("error", complaint, title="crm-mocks") for complaint in verdict.complaints]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding) -> str:
    title = " ".join(filter(None, [finding.operation or finding.request, ".".join(finding.location), finding.rule]))
    source = finding.occurrences[0].source if finding.occurrences else ""
    seen = f"\nfirst in {source}" if source else ""
    return workflow_command("error", f"{finding.message}{seen}", **_place(source), title=title)


def _place(source: str) -> dict[str, object]:
    """Return file and line of a test such as `tests/test_leads.py::TestLeads::test_creates[max]`."""
    file, _, test = source.partition("::")
    path = Path(file)
    if not test or path.is_absolute() or not path.is_file():
        return {}
    name = re.escape(test.partition("[")[0].rpartition("::")[2])
    lines = path.read_text("utf-8", errors="replace").splitlines()
    found = (number for number, line in enumerate(lines, 1) if re.match(rf"\s*(async\s+)?def\s+{name}\b", line))
    return {"file": path.as_posix(), "line": next(found, 1)}
