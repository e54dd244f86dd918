"""Finding the snippets of README.md and docs/: what they are, where they stand, and what is expected of them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"(?:<!--\s*(?P<mark>exit|not run):\s*(?P<value>.*?)\s*-->\s*\n+)?"
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
    """

    place: str
    language: str
    text: str
    exit_code: int = 0
    not_run: str = ""

    @property
    def commands(self) -> list[str]:
        """The commands of a console block: lines that begin with `$ `, with the lines that they go on in."""
        commands: list[str] = []
        for line in self.text.splitlines():
            if commands and _goes_on(commands[-1]):
                commands[-1] += "\n" + line.removeprefix("> ")
            elif line.startswith("$ "):
                commands.append(line[2:])
        return commands


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
            exit_code=int(match["value"]) if match["mark"] == "exit" else 0,
            not_run=match["value"] if match["mark"] == "not run" else "",
        )
        for match in _BLOCK.finditer(text)
        if not match["file"]
    ]


def all_blocks() -> list[Snippet]:
    """Return the blocks of all pages."""
    return [
        block for path in pages() for block in blocks_of(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]
