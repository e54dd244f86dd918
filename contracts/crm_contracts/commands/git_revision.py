"""Contracts as they were in a revision of git."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from crm_mocks.errors import UsageError
from crm_mocks.files.reading import real_path
from crm_mocks.watchdog import marked, watchdog

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_LINK: Final = "120000"


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
    top = os.fsdecode(_git("rev-parse", "--show-toplevel")).removesuffix("\n")
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", what=revision)
    listed = os.fsdecode(_git("-C", top, "ls-tree", "-r", "-z", "--full-tree", commit.decode().strip()))
    entries = [_Entry.parse(line) for line in listed.split("\0") if line.lower().endswith(_SUFFIXES)]
    entries = [each for each in entries if each.kind == "blob"]  # no submodules
    with watchdog() as folder:
        _write(folder, top, sorted(entries, key=lambda each: each.is_link))  # no file is written through a link
        yield lambda file: Path(folder, _inside(Path(top), file))


class _Entry(NamedTuple):
    """A file or link of a tree."""

    mode: str
    kind: str
    digest: str
    name: str

    @classmethod
    def parse(cls, line: str) -> _Entry:
        """Parse a line of `git ls-tree`."""
        description, _, name = line.partition("\t")
        mode, kind, digest = description.split(" ")
        return cls(mode, kind, digest, name)

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK


def _write(folder: Path, top: str, entries: Sequence[_Entry]) -> None:
    """Write entries of a tree as they are stored: `git archive` would leave out what `.gitattributes` says.

    What is, or leads, outside the folder is left out.
    """
    names = "".join(f"{each.digest}\n" for each in entries)
    contents = io.BytesIO(_git("-C", top, "cat-file", "--batch", given=names.encode()))
    root = real_path(folder)
    for entry in entries:
        _, kind, *size = contents.readline().decode().split()
        if not size:  # of a partial clone
            raise UsageError(f"--since: '{entry.name}' is {kind} in this clone")
        content = contents.read(int(size[0]) + 1)[:-1]
        path = root / entry.name
        target = path.parent / os.fsdecode(content) if entry.is_link else path
        if not real_path(target).is_relative_to(root):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.is_link:
            path.symlink_to(os.fsdecode(content))
        else:
            path.write_bytes(content)


def _inside(top: Path, file: str) -> Path:
    """Return the path of a file in its repository."""
    try:
        return real_path(Path(file)).relative_to(real_path(top))
    except ValueError:
        raise UsageError(f"--since: '{file}' is outside the repository {top}") from None


def _git(*arguments: str, what: str = "", given: bytes = b"") -> bytes:
    command: Sequence[str] = ["git", *arguments]
    try:
        done = subprocess.run(command, check=True, capture_output=True, input=given, env=marked(os.environ))  # noqa: S603  # no shell, git of PATH
    except FileNotFoundError:
        raise UsageError("--since needs git, which is not installed") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().removeprefix("fatal: ").partition("\n")[0]
        raise UsageError(f"--since: {reason or f'git has no revision {what!r}'}") from None
    return done.stdout
