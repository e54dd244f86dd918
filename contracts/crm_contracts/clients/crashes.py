"""Uncaught errors, recognised by what each language prints when a program ends with one."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = (
    ("Python", {1}, re.compile(r"^(  \+ Exception Group )?Traceback \(most recent call last\):$", re.MULTILINE)),
    ("Node.js", {1, 7}, re.compile(r"^Node\.js v\d+\.\d+\.\d+$", re.MULTILINE)),
    ("Perl", {*range(1, 64), 255}, re.compile(r" at \S+ line \d+(, <\w*> (line|chunk) \d+)?\.\s*\Z")),
    ("Ruby", {1}, re.compile(r"^\S+:\d+:in .*: .* \(\w+(::\w+)*\)$", re.MULTILINE)),
    ("PHP", {255}, re.compile(r"^(PHP )?Fatal error: ", re.MULTILINE)),
    ("Java", {1}, re.compile(r'^Exception in thread "', re.MULTILINE)),
    (".NET", {134, 57}, re.compile(r"^Unhandled exception\. ", re.MULTILINE)),
    ("Go", {2}, re.compile(r"^panic: ", re.MULTILINE)),
    ("Rust", {101}, re.compile(r"^thread '.*' (\(\d+\) )?panicked at ", re.MULTILINE)),
)
"""Languages, with the exit codes and the output of programs that end with an uncaught error."""


def signs_of(language: str) -> tuple[set[int], str]:
    """Return the exit codes of uncaught errors of a language, and the expression for their output (`re.MULTILINE`)."""
    return next((codes, sign.pattern) for name, codes, sign in _SIGNS if name == language)


def crashed(code: int, printed: str) -> str:
    """Return the language of the uncaught error that a program ended with, or an empty text.

    Args:
        code: exit code.
        printed: output.
    """
    return next((language for language, codes, sign in _SIGNS if code in codes and sign.search(printed)), "")
