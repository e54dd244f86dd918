"""Contracts as they were in a revision of git."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crm_mocks.errors import UsageError
from crm_mocks.watchdog import marked, watchdog

_SUFFIXES: Final = (".yaml", ".yml", ".json")


@contextmanager
def documents_of(revision: str) -> Iterator[Callable[[str], Path]]:
    """Write all YAML and JSON files of a revision into a temporary folder, since contracts may refer to others.

    Args:
        revision: such as `HEAD` or `origin/main`, of the repository of the working directory.

    Yields:
        a function that returns the path of a file as it was, which need not exist.

    Raises:
        UsageError: there is no git, no repository, or no such revision.
    """
    top = _git("rev-parse", "--show-toplevel").decode().strip()
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", what=revision)
    tree = commit.decode().strip()
    names = _git("-C", top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", tree).decode().split("\0")
    wanted = [name for name in names if name.lower().endswith(_SUFFIXES)]
    with watchdog() as folder:
        if wanted:
            archive = _git("-C", top, "--literal-pathspecs", "archive", "--format=tar", tree, "--", *wanted)
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(folder, filter="data")
        yield lambda file: Path(folder, _inside(Path(top), file))


def _inside(top: Path, file: str) -> Path:
    """Return the path of a file in its repository."""
    try:
        return Path(file).resolve().relative_to(top.resolve())
    except ValueError:
        raise UsageError(f"--since: '{file}' is outside the repository {top}") from None


def _git(*arguments: str, what: str = "") -> bytes:
    command: Sequence[str] = ["git", *arguments]
    try:
        done = subprocess.run(command, check=True, capture_output=True, env=marked(os.environ))  # noqa: S603  # no shell, git of PATH
    except FileNotFoundError:
        raise UsageError("--since needs git, which is not installed") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().removeprefix("fatal: ").partition("\n")[0]
        raise UsageError(f"--since: {reason or f'git has no revision {what!r}'}") from None
    return done.stdout
