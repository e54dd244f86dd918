"""The operations of a document, and which of two documents are the same."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

from crm_contracts.diff import nodes
from crm_contracts.diff.errors import DocumentError

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class ComparedOperation:
    """An operation of a document, unread.

    Attributes:
        document: the document that it is in.
        method: lower-case.
        path: template.
        node: the operation object.
        item: the path item object, whose parameters and servers hold for the operation.
    """

    document: Mapping[str, Any]
    method: str
    path: str
    node: Mapping[str, Any]
    item: Mapping[str, Any]

    @property
    def address(self) -> str:
        """Method and path."""
        return f"{self.method.upper()} {self.path}"

    @property
    def route(self) -> tuple[str, str]:
        """Method and path without the names of variables, which do not appear in requests."""
        return self.method, _VARIABLE.sub("{}", self.path)

    @property
    def variables(self) -> list[str]:
        """The names of the path's variables, in order."""
        return _VARIABLE.findall(self.path)

    @property
    def id(self) -> str:
        """The operationId, or an empty text."""
        return nodes.text(self.node, "operationId")

    @property
    def deprecated(self) -> bool:
        """Whether it is deprecated."""
        return self.node.get("deprecated") is True

    @property
    def security(self) -> list[Any]:
        """The security requirements that hold for the operation: its own, else the document's."""
        return nodes.listing(self.node if "security" in self.node else self.document, "security")

    @cached_property
    def parameters(self) -> list[Mapping[str, Any]]:
        """The parameter objects; the operation's own replace those of its path with the same name."""
        found = {}
        for each in (*nodes.listing(self.item, "parameters"), *nodes.listing(self.node, "parameters")):
            parameter = self.follow(each, "parameters")
            found[nodes.text(parameter, "in"), nodes.text(parameter, "name")] = parameter
        return list(found.values())

    def follow(self, node: Any, what: str) -> Mapping[str, Any]:
        """Return an object of the document, or the one that it refers to.

        Raises:
            DocumentError: it is not an object; `what` names it.
        """
        return nodes.as_mapping(nodes.follow(self.document, nodes.as_mapping(node, what)), what)


def operations_of(document: Mapping[str, Any]) -> list[ComparedOperation]:
    """Return the operations of a document, in its order.

    Raises:
        DocumentError: the document has no paths, or they are not an object.
    """
    if "paths" not in document and "webhooks" not in document:
        raise DocumentError("the document has no paths")
    found = []
    for path, reference in nodes.mapping(document, "paths").items():
        if path.startswith("x-"):
            continue
        item = item_of(document, reference, path)
        found += [ComparedOperation(document, method, path, node, item) for method, node in methods_of(item)]
    return found


def item_of(document: Mapping[str, Any], reference: Any, what: str) -> Mapping[str, Any]:
    """Return a path item object, or the one that it refers to.

    Raises:
        DocumentError: it is not an object; `what` names it.
    """
    return nodes.as_mapping(nodes.follow(document, nodes.as_mapping(reference, what)), what)


def methods_of(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the methods of a path item, each with its operation object."""
    for method in _METHODS:
        if method in item:
            yield method, nodes.as_mapping(item[method], method)


def match(
    old: Sequence[ComparedOperation], new: Sequence[ComparedOperation]
) -> Iterator[tuple[ComparedOperation | None, ComparedOperation | None]]:
    """Yield the operations in pairs: by method and path, else by operationId; in the new document's order.

    An operation of one document only is paired with `None`; removed ones come last.
    """
    routes_before, routes_now = {each.route for each in old}, {each.route for each in new}
    by_route = _queues((each.route, each) for each in old)
    gone_by_id = _queues((each.id, each) for each in old if each.id and each.route not in routes_now)
    matched: set[int] = set()
    for each in new:
        queue = by_route.get(each.route) if each.route in routes_before else gone_by_id.get(each.id)
        same = queue.popleft() if queue else None
        matched.add(id(same))
        yield same, each
    yield from ((each, None) for each in old if id(each) not in matched)


def _queues(operations: Iterable[tuple[Key, ComparedOperation]]) -> dict[Key, deque[ComparedOperation]]:
    """Return operations by a key, each list in its order."""
    found: dict[Key, deque[ComparedOperation]] = {}
    for key, operation in operations:
        found.setdefault(key, deque()).append(operation)
    return found


def label(old: ComparedOperation | None, new: ComparedOperation | None) -> str:
    """Return the label of an operation: its name in the old document, if it is in it."""
    known = old or new
    assert known is not None  # `match` yields no empty pair
    return known.id or known.address
