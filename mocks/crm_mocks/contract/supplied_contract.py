"""A contract that a user supplies, read and adapted to the form of the product's own contracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Topic(StrEnum):
    """What a note is about."""

    OPERATION_ID = "operation id"
    PART = "part"
    PATH_PARAMETER = "path parameter"
    PATTERN = "pattern"
    RECURSION = "recursion"
    REFERENCE = "reference"
    SECURITY = "security"
    SUCCESS = "success"
    TYPE = "type"


@dataclass(frozen=True)
class UnservedOperation:
    """An operation of a supplied contract that the mock cannot serve.

    Attributes:
        method: upper-case; empty if the reason applies to the whole path.
        path: as written in the document.
        reason: one sentence without full stop.
        locate: returns the place; finding a line in a large file takes seconds.
        location: names that lead to the operation in the bundled document.
    """

    method: str
    path: str
    reason: str
    locate: Callable[[], str] = field(default=str, repr=False, compare=False)
    location: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and line, such as `crm.yaml, line 12`."""
        return self.locate()

    @property
    def text(self) -> str:
        """The operation and the reason, such as `GET /leads: the references are circular`."""
        return f"{self.method} {self.path}: {self.reason}".strip()

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class ContractNote:
    """A part of a supplied contract that has no effect, such as a pattern that cannot be compiled.

    Attributes:
        text: one sentence without full stop.
        locate: returns the place; finding a line in a large file takes seconds.
        location: names and indexes that lead to the part in the bundled document.
        topic: what the note is about.
    """

    text: str
    locate: Callable[[], str] = field(default=str, repr=False, compare=False)
    location: tuple[str, ...] = ()
    topic: Topic = Topic.PART

    @property
    def place(self) -> str:
        """File and line, such as `crm.yaml, line 12`."""
        return self.locate()

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class SuppliedContract:
    """A user's OpenAPI document, ready to be served.

    Attributes:
        name: the vendor's name.
        path: the file that the user named.
        published: the document as it was written, as one document: parts of other files stand under `x-files`.
        document: the adapted document: OpenAPI 3.0, each operation with an operationId, its path with base path, its
            responses by status and with named examples. Outcomes without example have `x-generated: true`.
        digest: SHA-256 of all files, in hex.
        files: all files read, for `--reload`.
        server_path: prefix and base path of the first server, such as `/v1`; empty if none.
        unserved: operations that cannot be served.
        notes: parts that have no effect.
    """

    name: str
    path: Path
    published: dict[str, Any] = field(repr=False)
    document: dict[str, Any] = field(repr=False)
    digest: str
    files: tuple[Path, ...]
    server_path: str = ""
    unserved: tuple[UnservedOperation, ...] = ()
    notes: tuple[ContractNote, ...] = ()
