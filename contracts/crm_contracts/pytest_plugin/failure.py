"""What a test is told whose client broke the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from crm_contracts.reports.words import nearest, number, place, safe, safe_lines, whose
from crm_contracts.verdict.allow import ANY
from crm_contracts.verdict.findings import Broken
from crm_contracts.verdict.model import Verdict


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
    names = ", ".join(json.dumps(name, ensure_ascii=False) for name in dict.fromkeys(_allowances(failing)))
    lines += ["", f"If that is on purpose: @pytest.mark.crm_mocks(allow=[{names}])"]
    return "\n".join(lines)


def _rule(broken: Broken) -> Iterator[str]:
    where = "" if broken.request else f"  {place(broken.location)}"
    times = f"  ×{broken.count}" if broken.count > 1 else ""
    yield f"{whose(broken)}{where}  {safe(broken.rule)}{times}"
    yield f"    the contract: {safe(broken.message)}"
    if broken.near:
        yield f"    most like: {nearest(broken)}"
    if broken.first.answer:
        yield f"    answered: {safe(broken.first.answer)}"
    for count, line in enumerate(safe_lines(broken.first.request).split("\n")):
        yield f"    {'request: ' if not count else '         '}{line}"


def _allowances(failing: Iterable[Broken]) -> Iterator[str]:
    """Yield the names under which mistakes can be allowed, the narrowest that there are."""
    for broken in failing:
        for answered in broken.answers:
            if answered.count == answered.allowed:
                continue
            if broken.request:
                yield safe(broken.request)
            elif broken.operation:
                yield f"{broken.operation}:{answered.outcome or answered.status or ANY}"
            else:
                yield f"{broken.vendor or ANY}:{ANY}"
