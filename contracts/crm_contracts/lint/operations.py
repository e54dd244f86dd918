"""Operations of a contract as rules see them: nodes with their places, references followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_contracts.lint.places import Place, resolve
from crm_mocks.contract.contract import METHODS


@dataclass(frozen=True)
class ResponseNode:
    """A response of an operation.

    Attributes:
        own_place: where the operation names it; `place` is where it is written.
        own_node: what stands there, usually a reference; `node` is what it refers to.
    """

    status: str
    own_place: Place
    own_node: Mapping[str, Any]
    place: Place
    node: Mapping[str, Any]

    @property
    def protocol(self) -> bool:
        """Whether it belongs to HTTP rather than to the CRM."""
        return bool(self.node.get("x-protocol"))


@dataclass(frozen=True)
class ExampleNode:
    """A named example of a request or response.

    Attributes:
        response: the response that it belongs to, or `None` for a request.
        media_type: under which it stands.
        schema: of the media type.
    """

    name: str
    place: Place
    node: Mapping[str, Any]
    media_type: str
    schema: Mapping[str, Any]
    response: ResponseNode | None = None


@dataclass(frozen=True)
class OperationNode:
    """An operation with its place."""

    document: Mapping[str, Any]
    path: str
    method: str
    item: Mapping[str, Any]
    node: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return ("paths", self.path, self.method)

    @property
    def id(self) -> str:
        """Its operationId, or where it has none, method and path."""
        return str(self.node.get("operationId") or f"{self.method.upper()} {self.path}")

    def responses(self) -> Iterator[ResponseNode]:
        """Yield its responses."""
        for status, own in self.node.get("responses", {}).items():
            own_place = (*self.place, "responses", status)
            place, node = resolve(self.document, own_place, own)
            yield ResponseNode(status, own_place, own, place, node)

    def response_examples(self) -> Iterator[ExampleNode]:
        """Yield the named examples of all its responses."""
        for response in self.responses():
            yield from self._examples(response.place, response.node, response)

    def request_examples(self) -> Iterator[ExampleNode]:
        """Yield the named examples of its request."""
        own = self.node.get("requestBody")
        if own is not None:
            yield from self._examples(*resolve(self.document, (*self.place, "requestBody"), own))

    def _examples(
        self, place: Place, node: Mapping[str, Any], response: ResponseNode | None = None
    ) -> Iterator[ExampleNode]:
        for media_type, content in node.get("content", {}).items():
            for name, own in content.get("examples", {}).items():
                own_place = (*place, "content", media_type, "examples", name)
                example_place, example = resolve(self.document, own_place, own)
                yield ExampleNode(name, example_place, example, media_type, content.get("schema", {}), response)


def operations_of(document: Mapping[str, Any]) -> Iterator[OperationNode]:
    """Yield the operations of a contract in its order."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield OperationNode(document, path, method, item, item[method])
