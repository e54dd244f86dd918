"""Weaknesses in the code of examples/: comments that name them, the weak code, and the fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_mocks.errors import UsageError

_HEAD: Final = re.compile(r"^(?:#|//) weakness: (\w+) \((.+)\)$")
_FIX: Final = re.compile(r"^(?:#|//) fixed by: (\w+) in ([\w.-]+)$")
_COMMENT: Final = re.compile(r"^(?:#|//) ?")
_CLOSING: Final = re.compile(r"^[\])};]+;?$")


@dataclass(frozen=True)
class Region:
    """A weakness in a client in examples/.

    Attributes:
        name: value of `WEAKNESS` that enables it.
        kind: class of weakness that the fuzzer must find.
        about: wrong assumption of the client.
        file: file of the weak code.
        code: the weak code.
        fixed_in: file of the hardened client.
        fix: code of the hardened client.
    """

    name: str
    kind: str
    about: str
    file: str
    code: str
    fixed_in: str
    fix: str


def regions(folder: Path) -> list[Region]:
    """Return the weaknesses of an example, in the order of its files.

    Raises:
        UsageError: a comment has another form, or names a function that does not exist.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and "weakness" in path.name)
    return [region for path in files for region in _in_file(path)]


def _in_file(path: Path) -> Iterator[Region]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        head = _HEAD.match(line)
        if head:
            about, fix, rest = _comment(path, head[1], lines[number + 1 :])
            yield Region(
                name=head[1],
                kind=head[2],
                about=about,
                file=path.name,
                code=_block(rest),
                fixed_in=fix[2],
                fix=function(path.parent / fix[2], fix[1]),
            )


def _comment(path: Path, name: str, lines: list[str]) -> tuple[str, re.Match[str], list[str]]:
    """Return the text of a comment, its last line, and the lines after it."""
    words: list[str] = []
    for number, line in enumerate(lines):
        fix = _FIX.match(line)
        if fix:
            return " ".join(words), fix, lines[number + 1 :]
        if not _COMMENT.match(line):
            break
        words.append(_COMMENT.sub("", line).strip())
    raise UsageError(f"{path}: the comment on {name} has no line 'fixed by: <function> in <file>'")


def function(path: Path, name: str) -> str:
    """Return a function or method of a file, without its outer indentation.

    Raises:
        UsageError: it does not exist.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    begin = re.compile(rf"^\s*(?:async |export |function |def |sub )*{name}\s*(?:\(.*|\{{)$")
    for number, line in enumerate(lines):
        if begin.match(line):
            return _block(lines[number:])
    raise UsageError(f"{path} has no function '{name}', which a comment names as the fix of a weakness")


def _block(lines: list[str]) -> str:
    """Return the block of code that begins with the first line and ends before the next line indented as little."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    indent = len(lines[0]) - len(lines[0].lstrip())
    block = [lines[0][indent:]]
    for line in lines[1:]:
        text = line[indent:]
        if line.strip() and not line[: indent + 1].isspace():
            if _CLOSING.match(line.strip()) or line.strip().startswith(")"):
                block.append(text)
                if not line.strip().endswith((":", "{")):
                    break
                continue
            break
        block.append(text)
    return "\n".join(block).rstrip()
