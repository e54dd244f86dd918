"""The report for build servers: JUnit XML, one test case per change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from crm_contracts.diff.model import Change, Diff
from crm_contracts.diff.reports.words import place, summary, title
from crm_contracts.reports.words import safe

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def render(diff: Diff) -> str:
    """Return the comparison as JUnit XML: changes that break something for those asked about are failed test cases."""
    tests = max(len(diff.changes), 1)
    numbers = f'tests="{tests}" failures="{len(diff.failing)}" errors="0" skipped="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="crm-mocks diff" {numbers}>',
        f'  <testsuite name={quoteattr(title(diff))} {numbers} time="0">',
        *(_unchanged(diff) if not diff.changes else (line for each in diff.changes for line in _case(each, diff))),
        "  </testsuite>",
        "</testsuites>",
    ]
    return _ILLEGAL.sub("\ufffd", "\n".join(lines)) + "\n"


def _unchanged(diff: Diff) -> Iterator[str]:
    yield f'    <testcase classname="contract" name={quoteattr(summary(diff))} time="0"/>'


def _case(change: Change, diff: Diff) -> Iterator[str]:
    name = f"{place(change.place)} {change.rule}".strip()
    yield f'    <testcase classname={quoteattr(safe(change.operation) or "contract")} name={quoteattr(name)} time="0">'
    message = safe(change.message)
    whom = " and ".join(each.value for each in change.breaks)
    if change in diff.failing:
        text = escape(f"{place(change.place)}: {message}\nbreaking for {whom}")
        yield f"      <failure message={quoteattr(message)} type={quoteattr(change.rule)}>{text}</failure>"
    else:
        yield f"      <system-out>{escape(f'{change.level.value}: {message}')}</system-out>"
    yield "    </testcase>"
