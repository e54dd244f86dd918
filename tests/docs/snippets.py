"""Finding the snippets of README.md and docs/: what they are, where they stand, and what is expected of them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MARK = re.compile(r"<!--\s*(exit|not run|not compared):\s*(.*?)\s*-->\s*\n+")
_BLOCK = re.compile(
    rf"(?P<marks>(?:{_MARK.pattern})*)"
    r"^(?P<file>`[\w/.-]+`\n\n)?```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```\s*$",
    re.MULTILINE | re.DOTALL,
)
_HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)")


@dataclass(frozen=True)
class Snippet:
    """A block of a page.

    Attributes:
        place: page and line, such as `README.md:12`.
        exit_code: what the block's commands give.
        not_run: why it is not run, or empty.
        not_compared: why its output is not compared with what its commands print, or empty.
    """

    place: str
    language: str
    text: str
    exit_code: int = 0
    not_run: str = ""
    not_compared: str = ""

    @property
    def page(self) -> str:
        """The page that the block stands on, such as `README.md`."""
        return self.place.partition(":")[0]

    @property
    def commands(self) -> list[str]:
        """The commands of a console block: lines that begin with `$ `, with the lines that they go on in."""
        return [command for command, _ in self.steps]

    @property
    def steps(self) -> list[tuple[str, list[str]]]:
        """The commands of a console block, each with the lines of output that are shown below it."""
        steps: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if steps and not steps[-1][1] and _goes_on(steps[-1][0]):
                steps[-1] = (f"{steps[-1][0]}\n{line.removeprefix('> ')}", [])
            elif line.startswith("$ "):
                steps.append((line[2:], []))
            elif steps:
                steps[-1][1].append(line)
        return steps


def _goes_on(command: str) -> bool:
    """Tell whether the next line belongs to a command: it ends in a backslash, within quotes or in a here-document."""
    here = _HEREDOC.search(command)
    if here:
        return here[1] not in command.splitlines()[1:]
    if command.endswith("\\"):
        return True
    try:
        shlex.split(command)
    except ValueError:
        return True
    return False


OF_EXAMPLES = ROOT / "docs" / "client-weaknesses.md"
"""Has parts of files in examples/, which test_weaknesses.py compares with these; a part does not run by itself."""

RECIPE = ROOT / "docs" / "new-crm.md"
"""Has steps that build on one another, which test_new_crm.py follows in order."""

TUTORIAL = ROOT / "docs" / "tutorial.md"
"""Has such steps, too, which test_tutorial.py follows."""


def pages() -> list[Path]:
    """Return README.md, if it is there, and all pages of docs/ whose snippets stand by themselves."""
    found = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    return [path for path in found if path.exists() and path not in (OF_EXAMPLES, RECIPE, TUTORIAL)]


def blocks_of(text: str, page: str) -> list[Snippet]:
    """Return the blocks of a page, except those that are a file's content, below the file's name.

    Args:
        text: of the page.
        page: its name, for `Snippet.place`.
    """
    return [
        Snippet(
            place=f"{page}:{text.count(chr(10), 0, match.start('text'))}",
            language=match["language"],
            text=match["text"],
            exit_code=int(marks.get("exit", 0)),
            not_run=marks.get("not run", ""),
            not_compared=marks.get("not compared", ""),
        )
        for match in _BLOCK.finditer(text)
        if not match["file"]
        for marks in [dict(_MARK.findall(match["marks"]))]
    ]


def all_blocks() -> list[Snippet]:
    """Return the blocks of all pages."""
    return [
        block for path in pages() for block in blocks_of(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]
