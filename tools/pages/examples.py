"""The clients in examples/, and running `crm-mocks` commands of their READMEs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_mocks.errors import UsageError

_COMMAND: Final = re.compile(r"^\$ (crm-mocks sweep .*?)^```", re.MULTILINE | re.DOTALL)
_FUZZ: Final = re.compile(r"^\$ (crm-mocks fuzz .*?)^```", re.MULTILINE | re.DOTALL)
_NOT_SWEPT: Final = re.compile(r"^Not swept: (.*?)$(?=\s*^$|\s*\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A client in examples/.

    Attributes:
        folder: folder of the client.
        command: `crm-mocks sweep` command of its README, or empty.
        reason: why it is not swept, or empty.
        fuzz: `crm-mocks fuzz` command of its README, or empty.
    """

    folder: Path
    command: str
    reason: str = ""
    fuzz: str = ""

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def words(self) -> list[str]:
        """Arguments of `crm-mocks` in the sweep command."""
        return _words(self.command)

    @property
    def fuzz_words(self) -> list[str]:
        """Arguments of `crm-mocks` in the fuzz command."""
        return _words(self.fuzz)


def _words(command: str) -> list[str]:
    typed = re.sub(r"^> +", "", command, flags=re.MULTILINE)
    return shlex.split(typed.replace("\\\n", ""))[1:]  # shlex does not know continuation lines


def examples(folder: Path) -> list[Example]:
    """Return the examples, sorted by name.

    Raises:
        UsageError: a README has neither a sweep command nor a paragraph that begins with "Not swept: ".
    """
    found = []
    for readme in sorted(folder.glob("*/README.md")):
        text = readme.read_text(encoding="utf-8")
        command, fuzz, reason = _COMMAND.search(text), _FUZZ.search(text), _NOT_SWEPT.search(text)
        if not command and not reason:
            raise UsageError(f"{readme} has neither a `crm-mocks sweep` nor a paragraph that begins 'Not swept: '")
        found.append(
            Example(
                readme.parent,
                command[1].rstrip() if command else "",
                " ".join(reason[1].split()) if reason else "",
                fuzz[1].rstrip() if fuzz else "",
            )
        )
    return found


def sweep(example: Example, *further: str) -> str:
    """Sweep a copy of an example; return the output of the command.

    Args:
        example: an example with a sweep command.
        further: options in addition to those of the README.

    Raises:
        UsageError: the sweep fails.
    """
    done = run_copy(example, example.words, further)
    if done.returncode:
        raise UsageError(f"the sweep of {example.folder} fails:\n{done.stdout}{done.stderr}")
    return done.stdout


def run_copy(
    example: Example, words: Sequence[str], further: Sequence[str], **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a `crm-mocks` command in a copy of an example.

    Args:
        example: the example to copy.
        words: the command and its arguments.
        further: additional options.
        variables: additional environment variables.
    """
    verb, *others = words
    with tempfile.TemporaryDirectory(prefix="crm-mocks-pages-") as scratch:
        folder = Path(scratch) / example.name
        shutil.copytree(example.folder, folder, ignore=shutil.ignore_patterns("__pycache__", ".*", "node_modules"))
        own = {name: value for name, value in os.environ.items() if name not in ("MISTAKE", "WEAKNESS")}
        path = os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", "")])  # finds `python`
        command = (sys.executable, "-m", "crm_mocks", verb, *further, *others)
        return subprocess.run(  # noqa: S603  # the command of the README
            command, cwd=folder, env={**own, "PATH": path, **variables}, capture_output=True, text=True, check=False
        )
