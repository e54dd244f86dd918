"""Failure message of a test whose client broke the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from crm_contracts.judge.allow import names_for
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.reports.finding_text import basis_text, near_misses_text, owner, problem
from crm_contracts.report.spans import plain
from crm_contracts.report.text import location_text, plural, safe, safe_lines, without_log_commands


def failure_message(failing: Sequence[Finding], test: str) -> str:
    """Return the failure message: broken rules, requests as curl commands, and how to allow them.

    Args:
        failing: findings that fail the test.
        test: name of the test.
    """
    lines = [f"crm-mocks: the client broke the contract in {safe(test)} ({plural(len(failing), 'rule')})"]
    for finding in failing:
        lines += ["", *_finding(finding)]
    allowed = dict.fromkeys(safe(name) for finding in failing for name in names_for(finding))
    names = ", ".join(json.dumps(name, ensure_ascii=False) for name in allowed)
    lines += ["", f"If this is intended: @pytest.mark.crm_mocks(allow=[{names}])"]
    return without_log_commands("\n".join(lines))


def _finding(finding: Finding) -> Iterator[str]:
    where = "" if finding.request else f"  {location_text(finding.location)}"
    times = f"  ×{finding.count}" if finding.count > 1 else ""
    yield f"{safe(owner(finding))}{where}  {safe(finding.rule)}{times}"
    yield f"    the contract: {safe(plain(problem(finding)))}"
    if finding.basis.source or finding.basis.position:
        yield f"    basis: {safe(plain(basis_text(finding.basis)))}"
    if finding.near_misses:
        yield f"    most similar: {safe(near_misses_text(finding.near_misses))}"
    if finding.first.response:
        yield f"    response: {safe(finding.first.response)}"
    for count, line in enumerate(safe_lines(finding.first.request).split("\n")):
        yield f"    {'request: ' if not count else '         '}{line}"
