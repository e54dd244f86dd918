"""Records of a provider that paths can name: created by the contract's own POST, else found in its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from crm_mocks.errors import CrmMocksError
from crm_mocks.generic.body_places import find_list, value_at
from crm_mocks.generic.recognition import path_template
from crm_mocks.generic.record_keys import typed_key
from crm_mocks.generic.record_models import DocumentedOperation, RecordModel
from crm_mocks.generic.request_bodies import RequestBodies
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.response_schemas import success_schema

_MAX_USES: Final = 8
"""Requests to one record: some operations remove a record without being recognised as such."""

_MAX_FAILURES: Final = 2


class Recognised(Protocol):
    """A vendor whose resources are recognised."""

    document: Mapping[str, Any]
    nodes: Mapping[str, DocumentedOperation]
    by_template: Mapping[str, Resource]

    def model(self, resource: str) -> RecordModel:
        """Return what records of a resource look like."""


Call = Callable[[str, str, str, Any], Any]
"""Sends a request of an operationId to a path, with media type and body; returns the decoded response.

Raises `CrmMocksError` if it does not succeed.
"""


@dataclass
class _Known:
    key: str
    uses: int = 0


class KnownRecords:
    """Records of a provider, by resource and enclosing records."""

    def __init__(
        self,
        vendor: Recognised,
        bodies: RequestBodies,
        call: Call,
        known: Mapping[str, Sequence[Any]] = MappingProxyType({}),
    ) -> None:
        """Start without records.

        Args:
            vendor: has the resources.
            bodies: makes bodies of new records.
            call: sends requests.
            known: existing values of path parameters by name.
        """
        self._values = {name: values[0] for name, values in known.items() if values}
        self._vendor = vendor
        self._bodies = bodies
        self._call = call
        self._known: dict[tuple[str, ...], _Known] = {}
        self._failures: dict[tuple[str, ...], list[str]] = {}

    def path_parameters(self, operation: str, generated: Mapping[str, Any]) -> dict[str, Any]:
        """Return path parameters in which those that identify a record of a recognised resource name one.

        Args:
            operation: operationId.
            generated: values for the other parameters.

        Raises:
            CrmMocksError: there is no such record, and none can be created.
        """
        node = self._vendor.nodes[operation]
        found = dict(generated)
        if any(name not in found for name in node.parameters):
            found = {**self._bodies.parameters(operation, "path"), **found}
        self._fill(node.path, found)
        if node.method == "delete" and node.path.endswith("}"):
            self._forget(node.path, found)
        return found

    def _forget(self, path: str, values: Mapping[str, Any]) -> None:
        """Forget the record that a path names: it is about to be deleted."""
        *_, (_, resource, before) = self._places(path)
        if resource is not None:
            self._known.pop((resource.name, *(str(values[each]) for each in before)), None)

    def _places(self, path: str) -> Iterator[tuple[str, Resource | None, list[str]]]:
        """Yield the parameters of a path with the resource that each identifies, and the parameters before it."""
        before: list[str] = []
        position = 0
        while (start := path.find("{", position)) >= 0:
            end = path.index("}", start)
            name = path[start + 1 : end]
            collection = path_template(path[:start]).rstrip("/")
            is_segment = path[start - 1] == "/" and (end + 1 == len(path) or path[end + 1] == "/")
            yield name, self._vendor.by_template.get(collection) if is_segment else None, list(before)
            before.append(name)
            position = end + 1

    def _fill(self, path: str, found: dict[str, Any]) -> None:
        """Replace the parameters of a path that identify records.

        Raises:
            CrmMocksError: a record is missing.
        """
        for name, resource, before in self._places(path):
            if name in self._values:
                found[name] = self._values[name]
                continue
            if resource is None or not resource.key_parameter:
                continue
            scope = tuple(str(found[each]) for each in before)
            key = self._key(resource, scope, {each: found[each] for each in before})
            found[name] = typed_key(self._vendor.model(resource.name).flat_key, key)

    def _key(self, resource: Resource, scope: tuple[str, ...], before: Mapping[str, Any]) -> str:
        place = (resource.name, *scope)
        known = self._known.get(place)
        if known is None or known.uses >= _MAX_USES:
            known = self._known[place] = _Known(self._obtained(resource, place, list(before.values())))
        known.uses += 1
        return known.key

    def _obtained(self, resource: Resource, place: tuple[str, ...], scope: list[Any]) -> str:
        failures = self._failures.setdefault(place, [])
        if len(failures) >= _MAX_FAILURES:
            raise CrmMocksError(failures[-1])
        why = f"no {resource.item} can be created or found"
        for action, obtain in ((Action.CREATE, self._create), (Action.LIST, self._first)):
            for operation in resource.operations.get(action, ()):
                node = self._vendor.nodes[operation]
                if len(node.parameters) != len(scope):
                    continue
                path = filled_path(node.path, dict(zip(node.parameters, scope, strict=True)))
                try:
                    key = obtain(resource, operation, path)
                except CrmMocksError as error:
                    why = f"no {resource.item} can be created or found: {error}"
                    continue
                if key:
                    return key
                why = f"no {resource.item} can be created or found: the response to {operation} names none"
        failures.append(why)
        raise CrmMocksError(why)

    def _create(self, resource: Resource, operation: str, path: str) -> str:
        failure: CrmMocksError | None = None
        for media_type, body in self._bodies.candidates(operation, resource.name):
            try:
                answer = self._send(operation, path, media_type, body)
            except CrmMocksError as error:
                failure = error
                continue
            model = self._vendor.model(resource.name)
            schema = success_schema(self._vendor.document, self._vendor.nodes[operation].node)
            steps = None if schema is None else model.record_place(schema)
            return "" if steps is None else model.key_of(value_at(answer, steps))
        if failure is not None:
            raise failure
        return ""

    def _first(self, resource: Resource, operation: str, path: str) -> str:
        """Return the key of the first listed record; empty if there is none."""
        if self._vendor.nodes[operation].method != "get":
            return ""
        answer = self._send(operation, path, "", None)
        model = self._vendor.model(resource.name)
        schema = success_schema(self._vendor.document, self._vendor.nodes[operation].node)
        place = None if schema is None else find_list(self._vendor.document, schema, resource.item)
        entries = None if place is None else value_at(answer, place.path)
        if place is None or not isinstance(entries, list):
            return ""
        return next(filter(None, (model.key_of(value_at(each, place.entry)) for each in entries)), "")

    def _send(self, operation: str, path: str, media_type: str, body: Any) -> Any:
        query = self._bodies.parameters(operation, "query")
        return self._call(operation, f"{path}?{urlencode(query)}" if query else path, media_type, body)


def filled_path(path: str, values: Mapping[str, Any]) -> str:
    """Return a path with the values of its parameters."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    return path
