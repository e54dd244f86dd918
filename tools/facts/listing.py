"""Read the lists of facts: tools/facts/<vendor>.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from crm_mocks.contract.line_numbers import LineNumbers
from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import DuplicateKeyError, UsageError
from crm_mocks.files.reading import read_bytes

FOLDER: Final = Path(__file__).parent
KEYS: Final = ("id", "document", "section", "fact", "contract", "position", "setting", "test", "untestable")

Entry = dict[str, str]
"""A fact as its list has it: some of `KEYS`."""


@dataclass(frozen=True)
class Fact:
    """An entry of a list.

    Attributes:
        entry: as written; not checked.
        line: of the entry in the list, from 1.
    """

    entry: Mapping[str, Any]
    line: int

    def __getitem__(self, key: str) -> str:
        """Return a value of the entry; empty if it lacks the key."""
        return str(self.entry.get(key) or "")

    @property
    def is_in_contract(self) -> bool:
        """Whether the contract has the fact, itself or by a position or a setting."""
        return any(self[key] for key in ("contract", "position", "setting"))


@dataclass(frozen=True)
class FactList:
    """The facts of one vendor.

    Attributes:
        path: of the file; its stem is the vendor's name.
        facts: in the order of the file.
    """

    path: Path
    facts: tuple[Fact, ...]

    @property
    def vendor(self) -> str:
        """Name of the vendor."""
        return self.path.stem


def read_list(path: Path) -> FactList:
    """Read a list.

    Raises:
        UsageError: the file is unreadable or not a list of objects.
    """
    try:
        text = read_bytes(path).decode()
        entries = load_yaml(text)
        lines = LineNumbers(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, DuplicateKeyError) as error:
        raise UsageError(f"cannot read {path}: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list):
        raise UsageError(f"{path} must be a list of facts, each an object with {', '.join(KEYS)}")
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise UsageError(f"{path}:{lines.of((number,))}: a fact must be an object with {', '.join(KEYS)}")
    return FactList(path, tuple(Fact(entry, lines.of((number,))) for number, entry in enumerate(entries)))


def read_lists(folder: Path = FOLDER) -> list[FactList]:
    """Read all lists of a folder, by name.

    Raises:
        UsageError: the folder has no list, or one is unreadable.
    """
    lists = list(_read(folder))
    if not lists:
        raise UsageError(f"there is no list of facts in {folder}")
    return lists


def _read(folder: Path) -> Iterator[FactList]:
    for path in sorted(folder.glob("*.yaml")):
        yield read_list(path)
