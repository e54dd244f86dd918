"""Read the files of a supplied contract: YAML or JSON, each parsed once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.contract import cache
from crm_mocks.contract.line_numbers import LineNumbers
from crm_mocks.errors import ContractError, DuplicateKeyError
from crm_mocks.files.reading import read_bytes, real_path
from crm_mocks.files.yaml_values import YamlProblem, parse_yaml
from crm_mocks.parsing.media_types import without_byte_order_mark
from crm_mocks.parsing.unique_keys import load_json
from crm_mocks.supplied.line_search import lines_of

_POSITION: Final = re.compile(r"^(?P<message>.*?): line (?P<line>\d+) column \d+ \(char \d+\)$")

MAX_LEVELS: Final = 150
"""Nesting of a contract; deeper ones would exceed the depth to which Python calls functions."""


class ContractFiles:
    """The files that a contract consists of.

    Attributes:
        root: the file that the user named.
        folder: folder of the root file, in which all others are.
        paths: all files read so far.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = real_path(root).parent
        self.paths: list[Path] = []
        self._raw: dict[Path, bytes] = {}
        self._lines: dict[Path, LineNumbers] = {}

    def read(self, path: Path) -> Any:
        """Read a file.

        Raises:
            ContractError: it cannot be read or parsed, or is nested too deeply.
        """
        document = self._parsed(path, self._bytes(path))
        level, entries = 0, [document]
        while entries := [inner for each in entries for inner in _inner(each)]:
            level += 1
            if level > MAX_LEVELS:
                raise ContractError(f"{path}: nested more than {MAX_LEVELS} levels deep: that is no contract")
        return document

    def _parsed(self, path: Path, raw: bytes) -> Any:
        text = without_byte_order_mark(raw)
        self._refuse_other_encodings(path, raw)
        if text.lstrip()[:1] in (b"{", b"["):
            try:
                load_json(text)  # finds duplicate keys, which orjson does not
                return orjson.loads(text)  # reads integers of more than 64 bits as floats, as JSON writers need it
            except DuplicateKeyError as error:
                raise self._duplicate(path, error) from None
            except (ValueError, RecursionError) as error:
                if path.suffix.lower() == ".json":
                    raise self._not_json(path, error) from None
        return self._yaml(path, raw)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file by name, in hex."""
        return {self.name(path): sha256(self._raw[path]).hexdigest() for path in self.paths}

    def are_unchanged(self, digests: Mapping[str, str]) -> bool:
        """Return whether files have these digests; they count as read then.

        Args:
            digests: as returned by `digests`; the root file is read already.
        """
        try:
            found = {name: read_bytes(self.folder / name, regular=True) for name in digests}
        except OSError:
            return False
        if any(sha256(raw).hexdigest() != digests[name] for name, raw in found.items()):
            return False
        others = {self.folder / name: raw for name, raw in found.items() if self.folder / name != real_path(self.root)}
        self._raw |= others
        self.paths += others
        return True

    def _bytes(self, path: Path) -> bytes:
        try:
            raw = read_bytes(path, regular=path != self.root)
        except OSError as error:
            raise ContractError(f"cannot read the contract {path}: {error.strerror}") from None
        self.paths.append(path)
        self._raw[path] = raw
        return raw

    @staticmethod
    def _refuse_other_encodings(path: Path, raw: bytes) -> None:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:4]:
            return  # UTF-16 and UTF-32: left to the parsers
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise ContractError(f"{path}, line {line}: not UTF-8: the byte 0x{raw[error.start]:02x}") from None

    def _yaml(self, path: Path, raw: bytes) -> Any:
        is_large = len(raw) >= cache.MIN_BYTES
        document = cache.cached(raw) if is_large else None
        if document is not None:
            return document
        try:
            document = parse_yaml(raw)
        except DuplicateKeyError as error:
            raise self._duplicate(path, error) from None
        except YamlProblem as error:
            raise ContractError(f"{path}, line {error.line}: not YAML or JSON: {error}") from None
        if is_large:
            cache.store(raw, document)
        return document

    def _duplicate(self, path: Path, error: DuplicateKeyError) -> ContractError:
        first, second = error.lines
        return ContractError(f"{path}, line {second}: the key '{error.key}' is written twice, first in line {first}")

    def _not_json(self, path: Path, error: Exception) -> ContractError:
        found = _POSITION.match(str(error))
        if found:
            return ContractError(f"{path}, line {found['line']}: not JSON: {found['message']}")
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return ContractError(f"{path}, line 1: not JSON: {reason}")

    def digest(self) -> str:
        """Return the SHA-256 of all files, in hex; of one file, that of its bytes."""
        if len(self.paths) == 1:
            return sha256(self._raw[self.paths[0]]).hexdigest()
        parts = [f"{name} {digest}" for name, digest in sorted(self.digests().items())]
        return sha256("\n".join(parts).encode()).hexdigest()

    def name(self, path: Path) -> str:
        """Return the name of a file below the contract's folder, with slashes."""
        return real_path(path).relative_to(self.folder).as_posix()

    def lines(self, path: Path, locations: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """Return the lines of parts of a file that was read; that of an ancestor where a part is not found."""
        return lines_of(self._raw[path], locations)

    def place(self, path: Path, location: tuple[str, ...]) -> str:
        """Return file and line of a part, such as `crm.yaml, line 12`.

        Args:
            path: a file that was read.
            location: names and indexes that lead to the part.
        """
        lines = self._lines.get(path)
        if lines is None:
            try:
                lines = self._lines[path] = LineNumbers(self._raw[path])
            except yaml.YAMLError:  # JSON that YAML does not accept, such as one with tabs
                return str(path)
        return f"{path}, line {lines.of(_part(each) for each in location)}"


def _inner(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _part(part: str) -> str | int:
    """Return a part of a location as `LineNumbers` takes it: an index as a number."""
    index = parse_digits(part)
    return part if index is None else index
