"""Weaknesses as they stand in the files of examples/: comments that name them, weak code, and code that cures it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_mocks.errors import UsageError

_HEAD: Final = re.compile(r"^(?:#|//) weakness: (\w+) \((.+)\)$")
_CURE: Final = re.compile(r"^(?:#|//) fixed by: (\w+) in ([\w.-]+)$")
_COMMENT: Final = re.compile(r"^(?:#|//) ?")
_CLOSING: Final = re.compile(r"^[\])};]+;?$")


@dataclass(frozen=True)
class Region:
    """A weakness in a client of examples/.

    Attributes:
        name: by which `WEAKNESS` chooses it.
        kind: the class of weakness that the fuzzer is to find.
        about: what the client takes for granted.
        file: where it stands.
        code: the weak code.
        cured_in: file of the hardened client.
        cure: its code.
    """

    name: str
    kind: str
    about: str
    file: str
    code: str
    cured_in: str
    cure: str


def regions(folder: Path) -> list[Region]:
    """Return the weaknesses of an example, in the order in which they stand there.

    Raises:
        UsageError: a comment has another form, or names a function that there is not.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and "weakness" in path.name)
    return [region for path in files for region in _in_file(path)]


def _in_file(path: Path) -> Iterator[Region]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        head = _HEAD.match(line)
        if head:
            about, cure, rest = _comment(path, head[1], lines[number + 1 :])
            yield Region(
                name=head[1],
                kind=head[2],
                about=about,
                file=path.name,
                code=_block(rest),
                cured_in=cure[2],
                cure=function(path.parent / cure[2], cure[1]),
            )


def _comment(path: Path, name: str, lines: list[str]) -> tuple[str, re.Match[str], list[str]]:
    """Return what a comment says, its last line, and the lines behind it."""
    words: list[str] = []
    for number, line in enumerate(lines):
        cure = _CURE.match(line)
        if cure:
            return " ".join(words), cure, lines[number + 1 :]
        if not _COMMENT.match(line):
            break
        words.append(_COMMENT.sub("", line).strip())
    raise UsageError(f"{path}: the comment on {name} has no line 'fixed by: <function> in <file>'")


def function(path: Path, name: str) -> str:
    """Return a function of a file, or a method, without its outer indentation.

    Raises:
        UsageError: there is none.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    begin = re.compile(rf"^\s*(?:async |export |function |def |sub )*{name}\s*(?:\(.*|\{{)$")
    for number, line in enumerate(lines):
        if begin.match(line):
            return _block(lines[number:])
    raise UsageError(f"{path} has no function '{name}', by which a weakness is said to be fixed")


def _block(lines: list[str]) -> str:
    """Return a block of code that begins with the first line: it ends before what is indented as little."""
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
