"""The message of a test whose client broke the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator

from crm_contracts.judge.allow import names_for
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.finding_text import basis_text, owner, problem
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.document import plain
from crm_contracts.report.text import number, place, safe, safe_lines


def message(verdict: Verdict, test: str) -> str:
    """Return what the client broke: the rule in words, the request as curl, and how to allow it.

    Args:
        verdict: on the test.
        test: its name.
    """
    failing = verdict.failing
    lines = [f"crm-mocks: the client broke the contract in {safe(test)} ({number(len(failing), 'rule')})"]
    for each in failing:
        lines += ["", *_rule(each)]
    allowances = dict.fromkeys(safe(name) for each in failing for name in names_for(each))
    names = ", ".join(json.dumps(name, ensure_ascii=False) for name in allowances)
    lines += ["", f"If that is on purpose: @pytest.mark.crm_mocks(allow=[{names}])"]
    return "\n".join(lines)


def _rule(finding: Finding) -> Iterator[str]:
    where = "" if finding.request else f"  {place(finding.location)}"
    times = f"  ×{finding.count}" if finding.count > 1 else ""
    yield f"{safe(owner(finding))}{where}  {safe(finding.rule)}{times}"
    yield f"    the contract: {safe(plain(problem(finding)))}"
    if finding.basis.source or finding.basis.position:
        yield f"    basis: {safe(plain(basis_text(finding.basis)))}"
    if finding.near_misses:
        near = ", ".join(f"{each.method} {each.path} ({each.operation})" for each in finding.near_misses)
        yield f"    most similar: {near}"
    if finding.first.response:
        yield f"    answered: {safe(finding.first.response)}"
    for count, line in enumerate(safe_lines(finding.first.request).split("\n")):
        yield f"    {'request: ' if not count else '         '}{line}"
