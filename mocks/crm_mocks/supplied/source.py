"""What the parts of the adapter share: the bundled document, its references, and the notes about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from crm_mocks.contract.supplied_contract import ContractNote, Topic
from crm_mocks.supplied.bundle import Bundle, pointer_parts

Location = tuple[str, ...]
UNRESOLVED: Final = object()
_MAX_CHAIN: Final = 50
_MAX_NOTES: Final = 1000


class Unresolvable(Exception):
    """A reference has no target."""


class SuppliedSource:
    """A bundled document that is being adapted.

    Attributes:
        bundle: the bundled document.
        is_30: whether it is OpenAPI 3.0: later versions have JSON Schema 2020-12.
        notes: parts that have no effect.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.document: Mapping[str, Any] = bundle.document
        self.is_30 = str(self.document.get("openapi", "")).startswith("3.0")
        self.notes: list[ContractNote] = []

    def note(self, location: Location, text: str, topic: Topic = Topic.PART) -> None:
        """Record a part that has no effect."""
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(ContractNote(text, partial(self.bundle.place, location), location, topic))

    def target(self, reference: str) -> tuple[Any, Location]:
        """Return what a reference refers to, and where that is.

        Raises:
            Unresolvable: it does not exist.
        """
        if reference in self.bundle.problems:
            raise Unresolvable(self.bundle.problems[reference])
        if reference not in ("", "#") and not reference.startswith("#/"):
            raise Unresolvable(f"the reference {reference} does not exist")
        location = pointer_parts(reference)
        node: Any = self.document
        for part in location:
            try:
                node = node[int(part)] if isinstance(node, list) else node[part]
            except (KeyError, IndexError, ValueError, TypeError):
                raise Unresolvable(f"the reference {reference} does not exist") from None
        return node, location

    def resolved(self, node: Any, location: Location) -> tuple[Any, Location]:
        """Return a node and its location, with references followed.

        Raises:
            Unresolvable: a reference does not exist, or they are circular.
        """
        for _ in range(_MAX_CHAIN):
            reference = node.get("$ref") if isinstance(node, dict) else None
            if not isinstance(reference, str):
                return node, location
            node, location = self.target(reference)
        raise Unresolvable("the references are circular")

    def found(self, node: Any, location: Location) -> tuple[Any, Location]:
        """Return a node and its location as `resolved`; `UNRESOLVED`, and a note, if that is not possible."""
        try:
            return self.resolved(node, location)
        except Unresolvable as error:
            self.note(location, str(error), Topic.REFERENCE)
            return UNRESOLVED, location

    def members(self, node: Any, keyword: str) -> dict[str, Any]:
        """Return the members of a keyword that is an object; none if it is absent or something else."""
        value = node.get(keyword) if isinstance(node, dict) else None
        return value if isinstance(value, dict) else {}

    def entries(self, node: Any, keyword: str) -> list[Any]:
        """Return the entries of a keyword that is a list; none if it is absent or something else."""
        value = node.get(keyword) if isinstance(node, dict) else None
        return value if isinstance(value, list) else []
