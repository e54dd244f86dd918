"""Recognise the resources of a contract by its paths: `/contacts`, `/contacts/{id}`, `/accounts/{a}/contacts`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from crm_mocks.generic.body_places import find_list, find_record, schema_at
from crm_mocks.generic.member_names import plain_name, singular
from crm_mocks.generic.merged_schema import properties, resolved
from crm_mocks.generic.resources import Action, OperationRole, Resource, Resources
from crm_mocks.generic.response_schemas import success_schema

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_ANY: Final = re.compile(r"/\{\}")
_ODATA: Final = re.compile(r"/([^/{}()]+)\((?:\w+=)?'?(\{[^{}]+\})'?\)")
_SUFFIX: Final = re.compile(r"\.(json|xml|\{format\})$")
_WORD: Final = re.compile(r"[^A-Za-z0-9]+")
_VERSION: Final = re.compile(r"v?\d[\d.]*", re.IGNORECASE)


def recognise(document: Mapping[str, Any]) -> Resources:
    """Return the resources of a contract.

    A collection and the path below it with one more parameter are a resource if records can be created, or both listed
    and read. Paths of tokens are none.

    Example:
        >>> recognise(document).by_name["contacts"].operations
        {<Action.LIST: 'list'>: ['listContacts'], <Action.CREATE: 'create'>: ['createContact']}

    Args:
        document: the contract.
    """
    return _Recogniser(document).resources()


class _Recogniser:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        excluded = set(_token_paths(document))
        self.paths: dict[str, dict[str, tuple[str, Mapping[str, Any]]]] = {}
        """Operations by template and method, each with its path."""
        for path, item in document.get("paths", {}).items():
            if any(path.endswith(each) for each in excluded):
                continue
            methods = self.paths.setdefault(path_template(path), {})
            for method, node in item.items():
                if isinstance(node, Mapping) and "operationId" in node:
                    methods.setdefault(method, (path, node))
        self._nodes = {
            node["operationId"]: node
            for methods in [*self.paths.values()][::-1]
            for _, node in [*methods.values()][::-1]
        }
        self.by_name: dict[str, Resource] = {}
        self._tops: dict[str, Resource] = {}
        self._numbers: dict[str, int] = {}
        self.by_template: dict[str, Resource] = {}
        self.roles: dict[str, OperationRole] = {}

    def resources(self) -> Resources:
        for template in sorted(self._collections(), key=lambda each: (each.count("/"), each)):
            self._add(template)
        for template, resource in self.by_template.items():
            if "{}" not in template:
                self._tops.setdefault(template.rpartition("/")[2], resource)
        for template in sorted(self.paths, key=lambda each: (each.count("/"), each)):
            self._add_linked(template)
            self._add_search(template)
        return Resources(self.by_name, self.roles, self.by_template)

    def _collections(self) -> set[str]:
        """Return the templates of collections, which need not have operations of their own."""
        found = set()
        beginnings = {each[: match.end()] for each in self.paths for match in _ANY.finditer(each)}
        for template, methods in self.paths.items():
            if template.endswith("/{}"):
                parent = template[:-3]
                if parent in self.paths or f"{template}/{{}}" not in beginnings:
                    found.add(parent)
                    continue
            if "post" in methods:
                found.add(template)
        return {each for each in found if each}

    def _add(self, template: str) -> None:
        collection = self.paths.get(template, {})
        items = self.paths.get(f"{template}/{{}}", {})
        if template in self.by_template or (
            template.endswith("/{}") and template[:-3] in self.by_template and not items
        ):
            return
        path, _ = next(iter((items or collection).values()), ("", {}))
        parameters = _PARAMETER.findall(path)
        key_parameter = parameters[-1] if items and parameters else ""
        operations = dict(self._item_operations(items))
        replace_creates = "put" in items and "201" in items["put"][1].get("responses", {})
        resource = replace(self._resource(template, path, collection, key_parameter), replace_creates=replace_creates)
        roles = [*self._collection_roles(collection, resource), *operations.items()]
        actions = {action for _, (action, _) in roles}
        creates = Action.CREATE in actions or resource.replace_creates
        if not (creates and actions & {Action.READ, Action.LIST}) and not {Action.READ, Action.LIST} <= actions:
            return
        self.by_name[resource.name] = self.by_template[template] = resource
        for operation_id, (action, has_key) in roles:
            resource.operations.setdefault(action, []).append(operation_id)
            self.roles[operation_id] = OperationRole(action, resource, has_key)

    def _resource(self, template: str, path: str, collection: Mapping[str, Any], key_parameter: str) -> Resource:
        words = [_WORD.sub("_", each).strip("_") for each in template.split("/") if each and each != "{}"]
        words = [each for each in words if each and not _VERSION.fullmatch(each)] or ["records"]
        candidates = ["_".join(words[-count:]).lower() for count in range(1, len(words) + 1)]
        name = next((each for each in candidates if each not in self.by_name), "")
        while not name or name in self.by_name:
            number = self._numbers[candidates[-1]] = self._numbers.get(candidates[-1], 1) + 1
            name = f"{candidates[-1]}_{number}"
        shown = next(iter(collection.values()))[0] if collection else path
        parent = self.by_template.get(_parent_collection(template))
        depth = template.count("{}")
        return Resource(name, shown, singular(words[-1]), key_parameter, depth, parent.name if parent else "")

    def _item_operations(self, items: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Action, bool]]]:
        actions = {"get": Action.READ, "put": Action.REPLACE, "patch": Action.UPDATE, "delete": Action.DELETE}
        if "get" in items:
            schema = success_schema(self.document, items["get"][1])
            is_list = schema is not None and find_list(self.document, schema, "") is not None
            if is_list and find_record(self.document, schema, "", "id") is None:
                return
        if "post" in items and ("get" in items or "delete" in items):
            actions["post"] = Action.UPDATE
        for method, action in actions.items():
            if method in items:
                yield items[method][1]["operationId"], (action, True)

    def _collection_roles(
        self, collection: Mapping[str, Any], resource: Resource
    ) -> Iterator[tuple[str, tuple[Action, bool]]]:
        if "get" in collection:
            schema = success_schema(self.document, collection["get"][1])
            if schema is not None and find_list(self.document, schema, resource.item) is not None:
                yield collection["get"][1]["operationId"], (Action.LIST, False)
        if "post" in collection:
            yield collection["post"][1]["operationId"], (Action.CREATE, False)
        for method, action in (("put", Action.REPLACE), ("patch", Action.UPDATE)):
            if method in collection and resource.key_parameter:
                schema = success_schema(self.document, collection[method][1])
                if (
                    schema is not None
                    and find_record(self.document, schema, resource.item, resource.key_parameter) == ()
                ):
                    yield collection[method][1]["operationId"], (action, False)

    # --- operations of a resource at other paths ---

    def _add_linked(self, template: str) -> None:
        """Let `/accounts/{id}/contacts` list and create records of `/contacts` that have an account's id."""
        match = re.fullmatch(r".*/([^/{}]+)/\{\}/([^/{}]+)", template)
        if match is None or template in self.by_template:
            return
        target = self._tops.get(match[2])
        if target is None:
            return
        for method, (path, node) in self.paths[template].items():
            schema = success_schema(self.document, node)
            if method not in ("get", "post") or schema is None or node["operationId"] in self.roles:
                continue
            found = self._entry_schema(schema, target) if method == "get" else self._record_schema(schema, target)
            if found is None or not self._is_same(found, target):
                continue
            parameter = plain_name(_PARAMETER.findall(path)[-1])
            wanted = (f"{singular(match[1])}id", parameter, singular(match[1]))
            members = {plain_name(name): name for name in properties(self.document, found)}
            link = next((members[name] for name in wanted if name in members and name != "id"), "")
            if link:
                action = Action.LIST if method == "get" else Action.CREATE
                target.operations.setdefault(action, []).append(node["operationId"])
                self.roles[node["operationId"]] = OperationRole(action, target, linked_by=link)

    def _add_search(self, template: str) -> None:
        """Let `/contacts/search` list records of `/contacts`."""
        parent, _, last = template.rpartition("/")
        resource = self.by_template.get(parent)
        if resource is None or "{" in last:
            return
        for method, (_, node) in self.paths[template].items():
            is_search = method == "get" or (method == "post" and "search" in last.lower())
            schema = success_schema(self.document, node)
            if not is_search or schema is None or node["operationId"] in self.roles:
                continue
            found = self._entry_schema(schema, resource)
            if found is not None and self._is_same(found, resource):
                resource.operations.setdefault(Action.LIST, []).append(node["operationId"])
                self.roles[node["operationId"]] = OperationRole(Action.LIST, resource)

    def _entry_schema(self, schema: Any, resource: Resource) -> Any:
        place = find_list(self.document, schema, resource.item)
        return None if place is None else schema_at(self.document, schema, (*place.path, 0, *place.entry))

    def _record_schema(self, schema: Any, resource: Resource) -> Any:
        place = find_record(self.document, schema, resource.item, resource.key_parameter)
        return None if place is None else schema_at(self.document, schema, place)

    def _is_same(self, schema: Any, resource: Resource) -> bool:
        """Return whether a schema is that of the resource's records."""
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        for action in (Action.READ, Action.CREATE, Action.LIST):
            for operation_id in resource.operations.get(action, ()):
                own = success_schema(self.document, self._nodes[operation_id])
                if own is None:
                    continue
                found = (
                    self._entry_schema(own, resource) if action is Action.LIST else self._record_schema(own, resource)
                )
                if found is not None:
                    return bool((reference is not None and found.get("$ref") == reference) or found == schema)
        return False


def path_template(path: str) -> str:
    """Return a path with nameless parameters, without suffix and trailing slash; OData's keys become segments."""
    plain = _SUFFIX.sub("", _ODATA.sub(r"/\1/\2", path).rstrip("/"))
    return _PARAMETER.sub("{}", plain)


def _parent_collection(template: str) -> str:
    """Return the collection that the last parameter of a collection's template belongs to; empty if there is none."""
    before, found, _ = template.rpartition("/{}")
    return before if found else ""


def _token_paths(document: Mapping[str, Any]) -> Iterator[str]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    for scheme in schemes.values():
        flows = resolved(document, scheme).get("flows") or {}
        for flow in flows.values() if isinstance(flows, Mapping) else ():
            url = flow.get("tokenUrl", "") if isinstance(flow, Mapping) else ""
            path = re.sub(r"^[a-z]+://[^/]*", "", str(url)).partition("?")[0]
            if len(path) > 1:
                yield path
