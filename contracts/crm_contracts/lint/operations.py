"""Operations, responses and examples of a contract, with their locations and with references resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_contracts.lint.locations import resolve
from crm_mocks.contract.contract import METHODS
from crm_mocks.location import Location


@dataclass(frozen=True)
class ResponseNode:
    """A response of an operation.

    Attributes:
        own_location: location in the operation.
        own_node: node in the operation, usually a reference.
        location: location of the response itself.
        node: the response itself.
    """

    status: str
    own_location: Location
    own_node: Mapping[str, Any]
    location: Location
    node: Mapping[str, Any]

    @property
    def protocol(self) -> bool:
        """Whether the response belongs to HTTP rather than to the CRM."""
        return bool(self.node.get("x-protocol"))


@dataclass(frozen=True)
class ExampleNode:
    """A named example of a request or response.

    Attributes:
        response: response of the example; `None` for a request.
        media_type: media type of the example.
        schema: schema of the media type.
    """

    name: str
    location: Location
    node: Mapping[str, Any]
    media_type: str
    schema: Mapping[str, Any]
    response: ResponseNode | None = None


@dataclass(frozen=True)
class OperationNode:
    """An operation of a contract."""

    document: Mapping[str, Any]
    path: str
    method: str
    item: Mapping[str, Any]
    node: Mapping[str, Any]

    @property
    def location(self) -> Location:
        """Location of the operation."""
        return ("paths", self.path, self.method)

    @property
    def id(self) -> str:
        """Its operationId, or method and path if it has none."""
        return str(self.node.get("operationId") or f"{self.method.upper()} {self.path}")

    def responses(self) -> Iterator[ResponseNode]:
        """Yield the responses."""
        for status, own in self.node.get("responses", {}).items():
            own_location = (*self.location, "responses", status)
            location, node = resolve(self.document, own_location, own)
            yield ResponseNode(status, own_location, own, location, node)

    def response_examples(self) -> Iterator[ExampleNode]:
        """Yield the named examples of all responses."""
        for response in self.responses():
            yield from self._examples(response.location, response.node, response)

    def request_examples(self) -> Iterator[ExampleNode]:
        """Yield the named examples of the request."""
        own = self.node.get("requestBody")
        if own is not None:
            yield from self._examples(*resolve(self.document, (*self.location, "requestBody"), own))

    def _examples(
        self, location: Location, node: Mapping[str, Any], response: ResponseNode | None = None
    ) -> Iterator[ExampleNode]:
        for media_type, content in node.get("content", {}).items():
            for name, own in content.get("examples", {}).items():
                own_location = (*location, "content", media_type, "examples", name)
                example_location, example = resolve(self.document, own_location, own)
                yield ExampleNode(name, example_location, example, media_type, content.get("schema", {}), response)


def operations_of(document: Mapping[str, Any]) -> Iterator[OperationNode]:
    """Yield the operations of a contract in document order."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield OperationNode(document, path, method, item, item[method])
