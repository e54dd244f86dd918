"""Reading the weaknesses that are seeded into the examples: the regions of code, and the functions that do it right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BEGIN = re.compile(
    r"^(?P<mark>#|//) weakness: (?P<name>\w+) \((?P<kind>[^)\n]+)\)\n"
    r"(?P<told>(?:(?P=mark) (?!fixed by: ).*\n)+)"
    r"(?P=mark) fixed by: (?P<function>\w+) in (?P<file>[\w.-]+)\n",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Weakness:
    """A weakness, as its region tells it.

    Attributes:
        name: which WEAKNESS has.
        kind: class that it is to be found as.
        told: what the client takes for granted.
        function, file: what does it right.
        code: of the weak client.
    """

    name: str
    kind: str
    told: str
    function: str
    file: str
    code: str


def weaknesses(text: str) -> list[Weakness]:
    """Return the weaknesses of a file, in its order."""
    return [
        Weakness(
            match["name"],
            match["kind"],
            " ".join(line.lstrip("#/ ") for line in match["told"].splitlines()),
            match["function"],
            match["file"],
            _block(text[match.end() :]),
        )
        for match in _BEGIN.finditer(text)
    ]


def function(path: Path, name: str) -> str:
    """Return a function of a Python file as it stands there; empty if there is none."""
    text = path.read_text("utf-8")
    found = re.search(rf"^ *def {name}\(", text, re.MULTILINE)
    return _block(text[found.start() :]) if found else ""


def _block(text: str) -> str:
    """Return the lines from the first to the next that is indented as little."""
    first, *rest = text.splitlines()
    depth = len(first) - len(first.lstrip())
    end = next(
        (at for at, line in enumerate(rest) if line.strip() and len(line) - len(line.lstrip()) <= depth), len(rest)
    )
    return "\n".join([first, *rest[:end]]).rstrip() + "\n"
