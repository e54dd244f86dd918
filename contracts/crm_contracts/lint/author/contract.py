"""Input of the rules: a contract as its author wrote it, with what adapting it found out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from crm_contracts.lint.author.schemas import SchemaPart, SchemaWalk
from crm_mocks.contract.supplied_contract import ContractNote, Topic, UnservedOperation
from crm_mocks.supplied.applied_schemas import check_applied_schemas
from crm_mocks.supplied.bundle import Bundle
from crm_mocks.supplied.operations import METHODS, OperationAdapter
from crm_mocks.supplied.reading import read_bundle
from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

_PARAMETERS: Final = "parameters"
_PUNCTUATION: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class MediaPart:
    """A media type of a request or response.

    Attributes:
        media_type: as written.
        is_response: it belongs to a response.
    """

    media_type: str
    node: Mapping[str, Any]
    location: Location
    is_response: bool


@dataclass(frozen=True)
class ResponsePart:
    """A response of an operation.

    Attributes:
        status: as written, such as `200`, `4XX` or `default`.
        own_location: location in the operation.
        location: location of the response itself.
    """

    status: str
    own_location: Location
    node: Mapping[str, Any]
    location: Location

    @property
    def is_error(self) -> bool:
        """Whether it is, or stands for, an error."""
        return self.status[:1] in "45" or self.status.lower() == "default"


@dataclass(frozen=True)
class OperationPart:
    """An operation.

    Attributes:
        name: the operationId, also if the mock made it; empty if the operation is not served.
        path: as written.
        item: path item, references followed.
        item_location: location of the path item.
        is_webhook: it is sent to the client by the provider.
    """

    name: str
    path: str
    method: str
    item: Mapping[str, Any]
    item_location: Location
    node: Mapping[str, Any]
    location: Location
    is_webhook: bool = False


def comparable(name: str) -> str:
    """Return the name of an example without case and punctuation, in which names of requests and errors differ."""
    return _PUNCTUATION.sub("", name.lower())


class AuthorContract:
    """A contract to check.

    Attributes:
        path: the file.
        bundle: the contract as one document.
        document: the document of the bundle.
        source: follows references.
        unserved: operations that the mock cannot serve.
        is_served: whether the mock can serve an operation, or send a webhook.
    """

    def __init__(self, path: Path) -> None:
        """Read the contract.

        Raises:
            ContractError: the file is not an OpenAPI document of version 3, or its examples could take years to check.
        """
        self.path = path
        self.bundle: Bundle = read_bundle(path)
        self.document: Mapping[str, Any] = self.bundle.document
        self.source = SuppliedSource(self.bundle)
        check_applied_schemas(self.source)
        adapter = OperationAdapter(self.source, "")
        adapter.adapt_all()
        self.unserved: list[UnservedOperation] = adapter.unserved
        self.is_served = bool(adapter.paths or adapter.webhooks)
        self._notes = self.source.notes
        self._operation_ids = adapter.operation_ids

    def notes(self, topic: Topic) -> Iterator[ContractNote]:
        """Yield what adapting the contract noted about a topic."""
        return (note for note in self._notes if note.topic is topic)

    @cached_property
    def operations(self) -> list[OperationPart]:
        """The operations of all paths."""
        return [*self._operations_of("paths", is_webhook=False)]

    @cached_property
    def webhooks(self) -> list[OperationPart]:
        """The operations of all webhooks."""
        return [*self._operations_of("webhooks", is_webhook=True)]

    def _operations_of(self, keyword: str, *, is_webhook: bool) -> Iterator[OperationPart]:
        for path, written in self.source.members(self.document, keyword).items():
            item, item_location = self.resolved(written, (keyword, path))
            for method in METHODS if not path.startswith("x-") else ():
                if method in item:
                    node, location = self.resolved(item[method], (*item_location, method))
                    name = self._operation_ids.get(location, "")
                    yield OperationPart(name, path, method, item, item_location, node, location, is_webhook)

    def resolved(self, node: Any, location: Location) -> tuple[Mapping[str, Any], Location]:
        """Return a node and its location, with references followed; an empty one if that is not possible."""
        try:
            found, location = self.source.resolved(node, location)
        except Unresolvable:
            return {}, location
        return found if isinstance(found, dict) else {}, location

    def responses(self, operation: OperationPart) -> Iterator[ResponsePart]:
        """Yield the responses of an operation."""
        for status, written in self.source.members(operation.node, "responses").items():
            own = (*operation.location, "responses", status)
            if not status.startswith("x-"):
                yield ResponsePart(status, own, *self.resolved(written, own))

    def request_body(self, operation: OperationPart) -> tuple[Mapping[str, Any], Location] | None:
        """Return the request body of an operation and its location, or `None`."""
        if "requestBody" not in operation.node:
            return None
        return self.resolved(operation.node["requestBody"], (*operation.location, "requestBody"))

    def media(self, node: Mapping[str, Any], location: Location, *, is_response: bool) -> Iterator[MediaPart]:
        """Yield the media types of a request body, response or parameter."""
        for media_type, written in self.source.members(node, "content").items():
            yield MediaPart(media_type, *self.resolved(written, (*location, "content", media_type)), is_response)

    @cached_property
    def all_media(self) -> list[MediaPart]:
        """The media types of all requests and responses, each once."""
        found: dict[tuple[Location, bool], MediaPart] = {}
        for operation in (*self.operations, *self.webhooks):
            body = self.request_body(operation)
            parts = [*self.media(*body, is_response=operation.is_webhook)] if body is not None else []
            for response in self.responses(operation):
                parts += self.media(response.node, response.location, is_response=not operation.is_webhook)
            found |= {(part.location, part.is_response): part for part in parts}
        return [*found.values()]

    @cached_property
    def refused_examples(self) -> dict[Location, frozenset[str]]:
        """Names of request examples that cause an error, as comparable names, by location of the media type."""
        refused: dict[Location, frozenset[str]] = {}
        for operation in self.operations:
            names = {
                comparable(name)
                for response in self.responses(operation)
                if response.is_error
                for media in self.media(response.node, response.location, is_response=True)
                for name in self.source.members(media.node, "examples")
            }
            body = self.request_body(operation)
            for media in self.media(*body, is_response=False) if body is not None else ():
                refused[media.location] = refused.get(media.location, frozenset()) | names
        return refused

    @cached_property
    def parameters(self) -> list[tuple[Mapping[str, Any], Location]]:
        """The parameters of all operations with their locations, each once."""
        found: dict[Location, Mapping[str, Any]] = {}
        for operation in self.operations:
            for holder, location in (
                (operation.item, operation.item_location),
                (operation.node, operation.location),
            ):
                for index, written in enumerate(self.source.entries(holder, _PARAMETERS)):
                    node, place = self.resolved(written, (*location, _PARAMETERS, str(index)))
                    found[place] = node
        return [(node, location) for location, node in found.items()]

    @cached_property
    def headers(self) -> list[tuple[Mapping[str, Any], Location]]:
        """The headers of all responses with their locations, each once."""
        found: dict[Location, Mapping[str, Any]] = {}
        for operation in self.operations:
            for response in self.responses(operation):
                for name, written in self.source.members(response.node, "headers").items():
                    node, place = self.resolved(written, (*response.location, "headers", name))
                    found[place] = node
        return [(node, location) for location, node in found.items()]

    @cached_property
    def schemas(self) -> list[SchemaPart]:
        """The schemas that an operation uses, directly or through others."""
        walk = SchemaWalk(self.source)
        for media in self.all_media:
            walk.visit(media.node.get("schema"), (*media.location, "schema"), is_response=media.is_response)
        for node, location in self.parameters:
            walk.visit(node.get("schema"), (*location, "schema"), is_response=False)
        for node, location in self.headers:
            walk.visit(node.get("schema"), (*location, "schema"), is_response=True)
        return [*walk.parts.values()]
