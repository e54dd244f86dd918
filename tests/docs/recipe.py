"""Pages whose steps build on one another: files, named above their content, and commands, followed in order."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs.snippets import Snippet

_STEP = re.compile(
    r"(?:<!-- exit: (?P<exit>\d+) -->\n)?^(?:`(?P<file>[\w/.-]+)`\n\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """A file to write, or a block of commands, whose file is empty."""

    file: str
    text: str
    exit_code: int = 0


def steps(page: Path) -> Iterator[Step]:
    """Yield the files and the console blocks of a page."""
    for step in _STEP.finditer(page.read_text("utf-8")):
        if step["file"] or step["language"] == "console":
            yield Step(step["file"] or "", step["text"], int(step["exit"] or 0))


def follow(page: Path, folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Carry out all steps of a page; return the output of each command, whose exit code is the documented one."""
    outputs: dict[str, str] = {}
    for step in steps(page):
        if step.file:
            (folder / step.file).write_text(step.text, "utf-8")
            continue
        for command in Snippet("", "console", step.text).commands:
            ran = subprocess.run(
                ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            outputs[command] = ran.stdout + ran.stderr
            assert ran.returncode == step.exit_code, f"{command}\n{outputs[command]}"
    return outputs
