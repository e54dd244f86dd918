"""The operations that a provider calls: webhooks and callbacks.

Their requests go from the provider to its clients, as responses do elsewhere; their responses go the other way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_contracts.diff import nodes
from crm_contracts.diff.operations import ComparedOperation, item_of, methods_of


@dataclass(frozen=True)
class SentOperation(ComparedOperation):
    """A webhook or callback. Its path is the webhook's name, or the expression that gives the callback's URL.

    Attributes:
        kind: `webhook`, or `callback <name> of <operation>`.
    """

    kind: str

    @property
    def address(self) -> str:
        """Method, path and kind."""
        return f"{super().address} ({self.kind})"

    @property
    def route(self) -> tuple[str, str]:
        """What identifies it; variables of expressions are part of it."""
        return self.method, f"{self.kind} {self.path}"

    @property
    def security(self) -> list[Any]:
        """Its own security requirements: the document's are those of the provider."""
        return nodes.listing(self.node, "security")


def webhooks_of(document: Mapping[str, Any]) -> list[SentOperation]:
    """Return the webhooks of a document.

    Raises:
        DocumentError: they are not an object.
    """
    return list(_below(document, nodes.mapping(document, "webhooks"), "webhook"))


def callbacks_of(operation: ComparedOperation, label: str) -> list[SentOperation]:
    """Return the callbacks of an operation.

    Args:
        operation: the operation that declares them.
        label: label of the operation.

    Raises:
        DocumentError: they are not an object.
    """
    return [
        each
        for name, callback in nodes.mapping(operation.node, "callbacks").items()
        for each in _below(operation.document, operation.follow(callback, name), f"callback {name} of {label}")
    ]


def _below(document: Mapping[str, Any], items: Mapping[str, Any], kind: str) -> Iterator[SentOperation]:
    for path, reference in items.items():
        if not path.startswith("x-"):
            item = item_of(document, reference, path)
            for method, node in methods_of(item):
                yield SentOperation(document, method, path, node, item, kind)
