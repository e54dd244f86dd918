"""Pieces of JUnit XML, in the form that the schema of Jenkins' xUnit plugin takes (junit-10.xsd)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from crm_contracts.reports.words import safe_lines

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""

Suite = tuple[tuple[int, int], list[str]]
"""Numbers of tests and failures, and the lines."""


def document(suites: Iterable[Suite]) -> str:
    """Return a whole report."""
    made = list(suites)
    tests, failures = (sum(each) for each in zip((0, 0), *(counts for counts, _ in made), strict=True))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="crm-mocks" tests="{tests}" failures="{failures}" errors="0">',
        *(line for _, lines in made for line in lines),
        "</testsuites>",
    ]
    return _ILLEGAL.sub("\ufffd", "\n".join(lines)) + "\n"


def suite(name: str, cases: list[list[str]]) -> Suite:
    """Return a suite of test cases, which `passed`, `skipped` and `failed` make."""
    failures = sum(any("<failure" in line for line in case) for case in cases)
    skipped = sum(any("<skipped" in line for line in case) for case in cases)
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'
    lines = [f"  <testsuite name={quoteattr(name)} {numbers}>", *(line for case in cases for line in case)]
    return (len(cases), failures), [*lines, "  </testsuite>"]


def passed(classname: str, name: str, output: str) -> list[str]:
    """Return a test case that passed, with what it printed."""
    return _case(classname, name, f"      <system-out>{escape(output)}</system-out>")


def skipped(classname: str, name: str, message: str) -> list[str]:
    """Return a test case that was skipped, and why."""
    return _case(classname, name, f"      <skipped message={quoteattr(safe_lines(message))}/>")


def failed(classname: str, name: str, message: str, kind: str = "", lines: Iterable[str] = ()) -> list[str]:
    """Return a test case that failed.

    Args:
        classname: what it is about.
        name: of the case.
        message: why it failed.
        kind: of failure.
        lines: the whole story.
    """
    of_kind = f" type={quoteattr(kind)}" if kind else ""
    head = f"      <failure message={quoteattr(safe_lines(message))}{of_kind}"
    story = escape("\n".join(lines))
    return _case(classname, name, f"{head}>{story}</failure>" if story else f"{head}/>")


def _case(classname: str, name: str, body: str) -> list[str]:
    head = f"    <testcase classname={quoteattr(classname)} name={quoteattr(name)}"
    return [f'{head} time="0">', body, "    </testcase>"]
