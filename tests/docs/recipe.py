"""Pages whose steps build on one another: files, named above their content, and commands, followed in order."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs import outputs
from tests.docs.snippets import ROOT, Snippet

_STEP = re.compile(
    r"(?:<!-- exit: (?P<exit>\d+) -->\n)?^(?:`(?P<file>[\w/.-]+)`\n\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """A file to write, or a block of commands, whose file is empty."""

    file: str
    block: Snippet

    @property
    def text(self) -> str:
        """The content of the file, or the commands with their output."""
        return self.block.text


def steps(page: Path) -> Iterator[Step]:
    """Yield the files and the console blocks of a page."""
    for step in _STEP.finditer(page.read_text("utf-8")):
        if step["file"] or step["language"] == "console":
            place = page.relative_to(ROOT).as_posix()
            yield Step(step["file"] or "", Snippet(place, step["language"], step["text"], int(step["exit"] or 0)))


def follow(page: Path, folder: Path, environment: Mapping[str, str], *, write: bool) -> dict[str, str]:
    """Carry out all steps of a page; return the output of each command.

    Args:
        page: the page.
        folder: where its files are written, and its commands run.
        environment: of the commands.
        write: write the outputs that the page shows anew.

    Raises:
        AssertionError: an exit code or an output is not that of the page.
    """
    printed: dict[str, str] = {}
    differences: list[str] = []
    for step in steps(page):
        if step.file:
            (folder / step.file).write_text(step.text, "utf-8")
            continue
        for command in step.block.commands:
            ran = subprocess.run(
                ["bash", "-c", command],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            printed[command] = ran.stdout.replace(f"{folder}/", "")
            assert ran.returncode == step.block.exit_code, f"{command}\n{ran.stdout}"
        differences += outputs.compare(step.block, [printed[command] for command in step.block.commands], write=write)
    assert not differences, "\n".join(["ARGS=--write-outputs writes them:", *differences])
    return printed
