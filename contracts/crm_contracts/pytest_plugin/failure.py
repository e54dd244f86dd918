"""What a test is told whose client broke the contract."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.reports.words import nearest, number, place, safe, safe_lines, whose
from crm_contracts.verdict.model import Broken, Verdict


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
    names = ", ".join(f'"{each}"' for each in dict.fromkeys(map(_allowance, failing)))
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


def _allowance(broken: Broken) -> str:
    """Return the name under which a mistake can be allowed."""
    if not broken.operation:
        return f"{broken.vendor or '*'}:*"
    answer = broken.first.answer.split(" ")[0]
    return f"{broken.operation}:{answer if answer.isdigit() else '*'}"
