"""Make one document of a contract that refers to other files.

Each file stands whole under `x-files`, by its name below the contract's folder, and references lead there. So a
reference stays a JSON pointer, whatever it refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from crm_mocks.contract import cache
from crm_mocks.errors import ContractError
from crm_mocks.files.reading import real_path
from crm_mocks.supplied.files import ContractFiles

FILES: Final = "x-files"
_MANY: Final = 20
_PARSED: Final = (".yaml", ".yml", ".json")
_NAMES: Final = frozenset(
    {
        "examples",
        "properties",
        "patternProperties",
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "securitySchemes",
        "links",
        "callbacks",
        "paths",
        "pathItems",
        "webhooks",
        "definitions",
        "$defs",
        "dependentSchemas",
        "content",
        "variables",
        "encoding",
        "dependencies",
    }
)
"""Keywords whose members are named by the author, so that the names are no keywords."""

_DATA: Final = frozenset({"example", "default", "enum", "const", "value", "mapping", "security"})
"""Keywords whose values are data, in which `$ref` means nothing."""


class Bundle:
    """A contract as one document.

    Attributes:
        document: the root file, with the other files under `x-files`.
        files: the files.
        problems: by reference as bundled, why its target is not there.
    """

    def __init__(self, root: Path) -> None:
        """Read the root file and all files that it refers to.

        Raises:
            ContractError: a YAML or JSON file cannot be parsed, or the root file cannot be read.
        """
        self.files = ContractFiles(root)
        self.problems: dict[str, str] = {}
        self.document: Any = self.files.read(root)
        self._names: dict[str, Path] = {}
        self._others: dict[str, Any] = {}
        self._unreadable: dict[str, str] = {}
        self._bundled: set[int] = set()
        self._is_incomplete = False
        if isinstance(self.document, dict):
            self._add_others(root)

    def _add_others(self, root: Path) -> None:
        """Bundle the other files; a large bundle is cached, since reading thousands of files takes seconds."""
        key = f"{FILES} {self.files.folder} {self.files.digest()}".encode()
        kept = cache.cached(key)
        if kept is not None and self.files.are_unchanged(kept["digests"]):
            self.document, self.problems = kept["document"], kept["problems"]
            self._names = {name: self.files.folder / name for name in kept["digests"]}
            return
        self._bundle(self.document, root)
        if self._others:
            self.document[FILES] = self._others
        if len(self._others) >= _MANY and not self._is_incomplete:
            value = {"digests": self.files.digests(), "document": self.document, "problems": self.problems}
            cache.store(key, value)

    def _bundle(self, document: Any, path: Path) -> None:
        for holder in references(document):
            if id(holder) not in self._bundled:  # YAML aliases share nodes
                self._bundled.add(id(holder))
                holder["$ref"] = self._bundled_reference(holder["$ref"], path)

    def _bundled_reference(self, reference: str, path: Path) -> str:
        target, _, fragment = reference.partition("#")
        is_root = path == self.files.root
        if not target:
            return reference if is_root else f"#/{FILES}/{_escaped(self.files.name(path))}{fragment}"
        if "://" in target:
            self.problems[reference] = f"the reference {reference} leads to the network, which is never read"
            return reference
        other = _file(path.parent / unquote(target))
        if other is None:
            self.problems[reference] = f"the reference {reference:.100} cannot be the name of a file"
            return reference
        if other == real_path(self.files.root):
            return f"#{fragment}"
        if not other.is_relative_to(self.files.folder):
            self.problems[reference] = f"the reference {reference} leads out of the contract's folder"
            return reference
        name = other.relative_to(self.files.folder).as_posix()
        bundled = f"#/{FILES}/{_escaped(name)}{fragment}"
        if name not in self._names:
            self._names[name] = other
            self._add(name, other)
        if name not in self._others:
            self.problems[bundled] = self._unreadable.get(name) or f"the file {name} does not exist"
        return bundled

    def _add(self, name: str, path: Path) -> None:
        if path.is_file():
            try:
                self._others[name] = content = self.files.read(path)
            except ContractError as error:
                if path.suffix.lower() in _PARSED:
                    raise
                self._unreadable[name] = str(error)
            else:
                self._bundle(content, path)
        self._is_incomplete |= name not in self._others

    def place(self, location: tuple[str, ...]) -> str:
        """Return file and line of a part of the bundled document."""
        if location[:1] == (FILES,) and len(location) > 1 and location[1] in self._names:
            return self.files.place(self._names[location[1]], location[2:])
        return self.files.place(self.files.root, location)

    def places(self, locations: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[Path, int]]:
        """Return file and line of parts of the bundled document; each file is searched once."""
        by_file: dict[Path, dict[tuple[str, ...], tuple[str, ...]]] = {}
        for location in locations:
            path, inner = self.files.root, location
            if location[:1] == (FILES,) and len(location) > 1 and location[1] in self._names:
                path, inner = self._names[location[1]], location[2:]
            by_file.setdefault(path, {})[location] = inner
        return {
            location: (path, lines[inner])
            for path, inners in by_file.items()
            for lines in [self.files.lines(path, inners.values())]
            for location, inner in inners.items()
        }


def references(node: Any, *, are_names: bool = False) -> Iterator[dict[str, Any]]:
    """Yield each object that is a reference, at any depth.

    Args:
        node: part of a contract.
        are_names: the members of the node are named by the author.
    """
    if isinstance(node, list):
        for each in node:
            yield from references(each)
    elif isinstance(node, dict):
        if not are_names and isinstance(node.get("$ref"), str):
            yield node
        for key, value in node.items():
            if are_names:
                yield from references(value)
            elif isinstance(value, dict) if key == "examples" else key not in _DATA:
                yield from references(value, are_names=key in _NAMES)


def _file(path: Path) -> Path | None:
    """Return a path with symbolic links followed; `None` if they form a loop, or no file can have such a name."""
    try:
        resolved = real_path(path)
        resolved.is_file()
    except (OSError, ValueError):
        return None
    return None if resolved.is_symlink() else resolved


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def pointer_parts(reference: str) -> tuple[str, ...]:
    """Return the parts of a local reference such as `#/components/schemas/Lead`."""
    pointer = unquote(reference[1:])
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")) if pointer else ()
