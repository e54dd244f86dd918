"""The JUnit XML renderer; the output conforms to the schema of Jenkins' xUnit plugin (junit-10.xsd)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import Report
from crm_contracts.report.text import safe_lines

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, even escaped."""


def render(report: Report) -> str:
    """Return the checks of a report as JUnit XML.

    Build servers identify a test case by class and name, so that the second of the same name becomes `name (2)`.
    """
    suites: dict[str, list[Check]] = {}
    for check in report.checks:
        suites.setdefault(check.suite, []).append(check)
    names = _UniqueNames()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites name={_attribute(f'crm-mocks {report.command}')} {_totals(report.checks)}>",
        *(line for name, checks in suites.items() for line in _suite(name, checks, names)),
        "</testsuites>",
    ]
    return _ILLEGAL.sub("\ufffd", "\n".join(lines)) + "\n"


class _UniqueNames:
    """Makes the names of test cases unique in their class."""

    def __init__(self) -> None:
        self._used: set[tuple[str, str]] = set()
        self._last: dict[tuple[str, str], int] = {}

    def __call__(self, classname: str, name: str) -> str:
        number = self._last.get((classname, name), 1)
        unique = name if number == 1 else f"{name} ({number})"
        while (classname, unique) in self._used:
            number += 1
            unique = f"{name} ({number})"
        self._last[classname, name] = number
        self._used.add((classname, unique))
        return unique


def _totals(checks: Iterable[Check]) -> str:
    checks = list(checks)
    failures = sum(check.status is CheckStatus.FAILED for check in checks)
    seconds = sum(check.seconds for check in checks)
    return f'tests="{len(checks)}" failures="{failures}" errors="0" time="{seconds:.3f}"'


def _suite(name: str, checks: list[Check], names: _UniqueNames) -> Iterator[str]:
    skipped = sum(check.status is CheckStatus.SKIPPED for check in checks)
    yield f'  <testsuite name={_attribute(name)} {_totals(checks)} skipped="{skipped}">'
    for check in checks:
        yield from _case(check, names)
    yield "  </testsuite>"


def _case(check: Check, names: _UniqueNames) -> Iterator[str]:
    classname = safe_lines(check.classname)
    name = names(classname, safe_lines(check.name))
    tag = f"    <testcase classname={_attribute(classname)} name={_attribute(name)}"
    yield f'{tag} time="{check.seconds:.3f}">'
    output = check.output
    if check.status is CheckStatus.FAILED:
        attributes = f"message={_attribute(check.message)} type={_attribute(check.type or 'failure')}"
        yield f"      <failure {attributes}>{_text(check.details)}</failure>"
    elif check.status is CheckStatus.SKIPPED:
        yield f"      <skipped message={_attribute(check.message)}/>"
    else:
        output = check.message
    if output:
        yield f"      <system-out>{_text(output)}</system-out>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(safe_lines(text))


def _text(text: str) -> str:
    return escape(safe_lines(text))
