"""Errors that nothing in a program has caught, told by what its language prints of them."""

from __future__ import annotations

import re
from typing import Final

_REPORTS: Final = (
    ("Python", {1}, re.compile(r"^Traceback \(most recent call last\):$", re.MULTILINE)),
    ("Node.js", {1, 7}, re.compile(r"^Node\.js v\d+\.\d+\.\d+$", re.MULTILINE)),
    ("Perl", {*range(1, 64), 255}, re.compile(r" at \S+ line \d+(, <\w*> (line|chunk) \d+)?\.\s*\Z")),
    ("Ruby", {1}, re.compile(r"^\S+:\d+:in .*: .* \(\w+(::\w+)*\)$", re.MULTILINE)),
    ("PHP", {255}, re.compile(r"^(PHP )?Fatal error: ", re.MULTILINE)),
    ("Java", {1}, re.compile(r'^Exception in thread "', re.MULTILINE)),
    (".NET", {134, 57}, re.compile(r"^Unhandled exception\. ", re.MULTILINE)),
    ("Go", {2}, re.compile(r"^panic: ", re.MULTILINE)),
    ("Rust", {101}, re.compile(r"^thread '.*' (\(\d+\) )?panicked at ", re.MULTILINE)),
)
"""Languages, with the exit codes and the reports of programs that end by such an error."""


def crashed(code: int, printed: str) -> str:
    """Return the language whose report of an uncaught error a program has ended with; nothing if it has not.

    Args:
        code: its exit code.
        printed: what it printed.
    """
    return next((language for language, codes, report in _REPORTS if code in codes and report.search(printed)), "")
