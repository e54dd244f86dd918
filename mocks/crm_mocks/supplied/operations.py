"""Adapt operations: ids, paths, parameters, bodies and security."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from crm_mocks.contract.operation import ANY_STATUS
from crm_mocks.contract.outcome import is_xml
from crm_mocks.contract.servers import base_path
from crm_mocks.contract.supplied_contract import Topic, UnservedOperation
from crm_mocks.supplied.responses import ResponseAdapter, example_name
from crm_mocks.supplied.schemas import SchemaAdapter
from crm_mocks.supplied.security import SecurityAdapter
from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_NOT_METHODS: Final = ("$ref", "summary", "description", "servers", "parameters")
_MISSING_TYPE: Final = "x-missing-content-type"
"""Mark of a request body: the media type of bodies without Content-Type."""

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_NOT_OF_IDS: Final = re.compile(r"[^A-Za-z0-9_./-]+")
_NOT_OF_MADE_IDS: Final = re.compile(r"[^A-Za-z0-9]+")
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI keeps out of parameters."""

_OWN_PATHS: Final = ("/__admin", "/openapi", "/~")
_MAX_SEGMENTS: Final = 100
_PLACES: Final = ("path", "query", "header", "cookie")


class OperationAdapter:
    """Adapts the operations of one document.

    Attributes:
        paths: adapted path items by path, with prefix and base path.
        webhooks: adapted operations by name of the webhook or callback.
        unserved: operations that cannot be served.
        operation_ids: the names of the operations, by location.
    """

    def __init__(self, source: SuppliedSource, prefix: str) -> None:
        self.source = source
        self.schemas = SchemaAdapter(source)
        self.responses = ResponseAdapter(source, self.schemas)
        self.security = SecurityAdapter(source)
        self.paths: dict[str, dict[str, Any]] = {}
        self.webhooks: dict[str, Any] = {}
        self.unserved: list[UnservedOperation] = []
        self.operation_ids: dict[Location, str] = {}
        self._prefix = prefix
        self._ids: set[str] = set()
        self._templates: dict[tuple[str, str], str] = {}

    def adapt_all(self) -> None:
        """Adapt all operations; what cannot be served is listed."""
        for path, item in self.source.members(self.source.document, "paths").items():
            if not path.startswith("x-"):
                self._path(path, item)
        for name, item in self.source.members(self.source.document, "webhooks").items():
            self._webhook(name, item, ("webhooks", name))
        self.schemas.finish()

    def _unserve(self, method: str, path: str, reason: str, location: Location) -> None:
        place = partial(self.source.bundle.place, location)
        self.unserved.append(UnservedOperation(method.upper(), path, reason, place, location))

    # --- paths ---

    def _path(self, path: str, item: Any) -> None:
        location: Location = ("paths", path)
        try:
            item, location = self._item(item, location)
        except Unresolvable as error:
            self._unserve("", path, str(error), location)
            return
        for name in item:
            if name not in METHODS and name not in _NOT_METHODS and not name.startswith("x-"):
                self._unserve(name, path, "the method is unknown", (*location, name))
        for method in METHODS:
            if method in item:
                operation = item[method]
                place = (*location, method)
                try:
                    operation, place = self.source.resolved(operation, place)
                    if not isinstance(operation, dict):
                        raise Unresolvable("the operation is not an object")
                    self._operation(path, method, item, operation, location, place)
                except Unresolvable as error:
                    self._unserve(method, path, str(error), place)

    def _item(self, item: Any, location: Location) -> tuple[Mapping[str, Any], Location]:
        """Return a path item with its reference followed; members beside it count too.

        Raises:
            Unresolvable: there is no such path item.
        """
        target, location = self.source.resolved(item, location)
        if not isinstance(target, dict):
            raise Unresolvable("the path is not an object")
        siblings = {key: value for key, value in item.items() if key != "$ref"} if target is not item else {}
        return {**target, **siblings}, location

    def _served_path(self, path: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
        """Return the path at which an operation is served.

        Raises:
            Unresolvable: it cannot be served there.
        """
        if "?" in path:
            raise Unresolvable("the path has a query: describe it by parameters")
        path = path.partition("#")[0]  # distinguishes operations of one path; the first one is served
        servers = operation.get("servers") or item.get("servers") or self.source.document.get("servers")
        served = f"{self._prefix}{base_path(servers)}{path if path.startswith('/') else f'/{path}'}"
        if served.count("/") > _MAX_SEGMENTS:
            raise Unresolvable(f"the path has more than {_MAX_SEGMENTS} segments")
        if served == "/" or any(served == own or served.startswith((f"{own}/", "/~")) for own in _OWN_PATHS):
            raise Unresolvable(f"the mock has a page of its own at {served}: serve the contract below a prefix")
        if len(set(_PARAMETER.findall(served))) < served.count("{") or served.count("{") != served.count("}"):
            raise Unresolvable("the braces of the path are unbalanced, or name a parameter twice")
        return served

    def _operation(
        self,
        path: str,
        method: str,
        item: Mapping[str, Any],
        operation: Mapping[str, Any],
        above: Location,
        location: Location,
    ) -> None:
        served = self._served_path(path, item, operation)
        template = _PARAMETER.sub("{}", served), method
        if template in self._templates:
            raise Unresolvable(f"the path is the same as {self._templates[template]}")
        parameters = self._parameters(served, item, operation, above, location)
        body = self._body(operation, location)
        security = self.security.requirements(operation, location)
        responses, stands_for = self.responses.adapt(
            operation, location, challenge=self.security.challenge(security), has_body=body is not None
        )
        self._templates[template] = path
        node: dict[str, Any] = {
            "operationId": self._id(method, path, operation, location),
            "summary": str(operation.get("summary") or ""),
            "parameters": parameters,
            "security": security,
            "responses": responses,
        }
        tags = [tag for tag in self.source.entries(operation, "tags") if isinstance(tag, str)]
        if tags:
            node["tags"] = tags
        if operation.get("deprecated") is True:
            node["deprecated"] = True
        if body is not None:
            node["requestBody"] = body
        if stands_for:
            node[ANY_STATUS] = stands_for
        self.paths.setdefault(served, {})[method] = node
        for name, expressions in self.source.members(operation, "callbacks").items():
            self._callback(f"{node['operationId']}.{name}", expressions, (*location, "callbacks", name))

    def _id(self, method: str, path: str, operation: Mapping[str, Any], location: Location) -> str:
        written = operation.get("operationId")
        made = _NOT_OF_MADE_IDS.sub("_", f"{method}{path}").strip("_")
        identity = _NOT_OF_IDS.sub("_", written).strip("_") if isinstance(written, str) else ""
        if identity and identity in self._ids:
            self.source.note(
                location, f"the operationId {identity} is written twice; this operation is {made}", Topic.OPERATION_ID
            )
        if not identity or identity in self._ids:
            identity = made
        number = 2
        unique = identity
        while unique in self._ids:
            unique = f"{identity}_{number}"
            number += 1
        self._ids.add(unique)
        self.operation_ids[location] = unique
        return unique

    # --- parameters ---

    def _parameters(
        self, served: str, item: Mapping[str, Any], operation: Mapping[str, Any], above: Location, location: Location
    ) -> list[dict[str, Any]]:
        """Return the parameters of an operation; its own replace those of the path.

        Raises:
            Unresolvable: a parameter does not exist.
        """
        parameters: dict[tuple[str, str], dict[str, Any]] = {}
        named = _PARAMETER.findall(served)
        for holder, place in ((item, above), (operation, location)):
            for index, written in enumerate(self.source.entries(holder, "parameters")):
                node, found = self.source.resolved(written, (*place, "parameters", str(index)))
                adapted = self._parameter(node, found, named)
                if adapted is not None:
                    parameters[adapted["name"], adapted["in"]] = adapted
        for name in named:
            if (name, "path") not in parameters:
                self.source.note(
                    location,
                    f"the path parameter {name} is not described; any string is accepted",
                    Topic.PATH_PARAMETER,
                )
                parameters[name, "path"] = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        return [*parameters.values()]

    def _parameter(self, node: Any, location: Location, named: list[str]) -> dict[str, Any] | None:
        name, place = (node.get("name"), node.get("in")) if isinstance(node, dict) else (None, None)
        if not isinstance(name, str) or place not in _PLACES:
            self.source.note(location, "the parameter has no name, or an unknown place; it is left out")
            return None
        if place == "header" and name.lower() in _IGNORED_HEADERS:
            return None
        if place == "path" and name not in named:
            self.source.note(location, f"the path has no parameter {name}; it is left out", Topic.PATH_PARAMETER)
            return None
        required = place == "path" or node.get("required") is True
        adapted: dict[str, Any] = {"name": name, "in": place, "required": required}
        content = self.responses.content(node, location) if "content" in node else {}
        if content:
            adapted["content"] = content
        else:
            adapted["schema"] = self.schemas.adapt(node.get("schema"), (*location, "schema"))
            adapted |= {key: node[key] for key in ("style", "explode") if key in node}
        if "example" in node:
            adapted["example"] = node["example"]
        elif self.source.members(node, "examples"):
            first = next(iter(node["examples"].values()))
            if isinstance(first, dict) and "value" in first:
                adapted["example"] = first["value"]
        return adapted

    def _body(self, operation: Mapping[str, Any], location: Location) -> dict[str, Any] | None:
        """Return the request body; `None` if there is none.

        Raises:
            Unresolvable: it does not exist.
        """
        if "requestBody" not in operation:
            return None
        node, place = self.source.resolved(operation["requestBody"], (*location, "requestBody"))
        content = self.responses.content(node, place)
        if not content:
            return None
        for name in filter(is_xml, content):
            self.source.note((*place, "content", name), f"bodies in {name} are accepted without validation")
        body = {"required": node.get("required") is True, "content": content}
        if node.get(_MISSING_TYPE) in content:
            body[_MISSING_TYPE] = node[_MISSING_TYPE]
        return body

    # --- webhooks and callbacks ---

    def _callback(self, name: str, expressions: Any, location: Location) -> None:
        try:
            expressions, location = self.source.resolved(expressions, location)
        except Unresolvable as error:
            self.source.note(location, str(error), Topic.REFERENCE)
            return
        for number, (expression, item) in enumerate(expressions.items() if isinstance(expressions, dict) else ()):
            if not expression.startswith("x-"):
                unique = name if number == 0 else f"{name}_{number + 1}"
                self._webhook(unique, item, (*location, expression), expression)

    def _webhook(self, name: str, item: Any, location: Location, expression: str = "") -> None:
        try:
            item, location = self._item(item, location)
            for method in self._methods(item):
                operation, place = self.source.resolved(item[method], (*location, method))
                unique = example_name(name)
                number = 2
                while unique in self.webhooks:
                    unique = f"{example_name(name)}_{number}"
                    number += 1
                self.webhooks[unique] = {
                    "method": method.upper(),
                    "url": expression,
                    "summary": str(operation.get("summary") or ""),
                    "requestBody": self._body(operation, place),
                    "responses": self.responses.adapt(operation, place, challenge="", has_body=False)[0],
                }
        except (Unresolvable, AttributeError) as error:
            self.source.note(location, f"the webhook {name} is left out: {error}")

    @staticmethod
    def _methods(item: Mapping[str, Any]) -> Iterator[str]:
        return (method for method in METHODS if isinstance(item.get(method), dict))
