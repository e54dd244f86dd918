"""Adapt schemas to the form of OpenAPI 3.0 that the product works with.

Every schema that is referred to becomes a component of its own. In requests, members that are `readOnly` are not
required, and in responses, those that are `writeOnly`: where that makes a difference there are two components.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.supplied.keywords import Keywords
from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

REQUEST: Final = "request"
RESPONSE: Final = "response"
_COMPONENTS: Final = ("components", "schemas")
_HIDDEN: Final = {REQUEST: "readOnly", RESPONSE: "writeOnly"}
_COMBINATIONS: Final = ("allOf", "anyOf", "oneOf")
_PLAIN: Final = frozenset(
    {"default", "deprecated", "discriminator", "format", "readOnly", "writeOnly", "uniqueItems", "xml"}
)


class SchemaAdapter:
    """Adapts the schemas of one document.

    Attributes:
        components: adapted components by name.
    """

    def __init__(self, source: SuppliedSource) -> None:
        self.source = source
        self.components: dict[str, Any] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._in_place: dict[str, list[tuple[str, dict[str, Any], Location]]] = {}
        self._pending: list[tuple[str, Any, Location, str]] = []
        self._current = ""
        self._below = 0  # how many members or entries below the component's root
        self._keywords = Keywords(source)
        self._directed = _Directed(source)

    def adapt(self, node: Any, location: Location, direction: str) -> dict[str, Any]:
        """Return the adapted form of a schema.

        Args:
            node: schema object, reference or boolean.
            location: of the schema in the bundled document.
            direction: `REQUEST` or `RESPONSE`.
        """
        if node is False:
            return {"not": {}}
        if not isinstance(node, dict):
            if node is not True and node is not None:
                self.source.note(location, "a schema must be an object; this one permits everything")
            return {}
        if isinstance(node.get("$ref"), str):
            return self._reference(node, location, direction)
        return self._schema(node, location, direction)

    # --- references ---

    def _reference(self, node: dict[str, Any], location: Location, direction: str) -> dict[str, Any]:
        reference: dict[str, Any] = {"$ref": node["$ref"]}
        try:
            name = self._component(node["$ref"], direction)
        except Unresolvable as error:
            self.source.note(location, f"{error}; every value is accepted")
            return {}
        reference = {"$ref": f"#/components/schemas/{name.replace('~', '~0').replace('/', '~1').replace('%', '%25')}"}
        if node.get("nullable") is True:
            reference["nullable"] = True
        if not self.source.is_30:
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            beside = self._schema(siblings, location, direction)
            if beside.keys() - _PLAIN - {"example"}:
                return {"allOf": [reference, beside]}
        return reference

    def _component(self, reference: str, direction: str) -> str:
        """Return the name of the component for a reference.

        Raises:
            Unresolvable: the reference does not exist.
        """
        target, location = self.source.target(reference)
        target, location = self.source.resolved(target, location) if _only_refers(target) else (target, location)
        if not self._directed.differs(location):
            direction = ""
        known = self._names.get(("/".join(location), direction))
        if known is not None:
            return known
        name = self._new_name(location, direction)
        self._names["/".join(location), direction] = name
        self.components[name] = {}
        self._pending.append((name, target, location, direction or RESPONSE))
        return name

    def _new_name(self, location: Location, direction: str) -> str:
        base = location[-1] if location[:-1] == _COMPONENTS else "_".join(location[-3:]) or "root"
        name = f"{base}_{direction}" if direction == REQUEST else base
        number = 2
        while name in self.components:
            name = f"{base}_{number}"
            number += 1
        return name

    def finish(self) -> None:
        """Adapt the components that were referred to.

        Combinations that contain themselves at the same place are opened: no value could ever be validated.
        """
        while self._pending:
            name, target, location, direction = self._pending.pop()
            self._current = name
            self.components[name] = self.adapt(target, location, direction)
        self._current = ""
        finished: set[str] = set()
        for start in list(self._in_place):
            self._search(start, set(), finished)

    def _search(self, name: str, ancestors: set[str], finished: set[str]) -> None:
        if name in finished:
            return
        ancestors = ancestors | {name}
        for target, node, location in self._in_place.get(name, ()):
            if target in ancestors:
                node.clear()
                self.source.note(location, f"the schema {target} contains itself; this part has no effect")
            else:
                self._search(target, ancestors, finished)
        finished.add(name)

    # --- keywords ---

    def _schema(self, node: Mapping[str, Any], location: Location, direction: str) -> dict[str, Any]:
        result: dict[str, Any] = {key: node[key] for key in _PLAIN if key in node}
        self._keywords.add_scalars(node, location, result)
        for keyword in _COMBINATIONS:
            if node.get(keyword):
                self._combination(node, keyword, location, direction, result)
        if "not" in node:
            result["not"] = self._in_same_place(node["not"], (*location, "not"), direction)
        self._below += 1
        self._add_members(node, location, direction, result)
        self._add_entries(node, location, direction, result)
        self._below -= 1
        if not self.source.is_30:
            self._add_conditions(node, location, direction, result)
        return self._keywords.with_types(node, location, result)

    def _in_same_place(self, node: Any, location: Location, direction: str) -> dict[str, Any]:
        adapted = self.adapt(node, location, direction)
        if "$ref" in adapted and not self._below:
            target = adapted["$ref"].rpartition("/")[2].replace("%25", "%").replace("~1", "/").replace("~0", "~")
            self._in_place.setdefault(self._current, []).append((target, adapted, location))
        return adapted

    def _combination(
        self, node: Mapping[str, Any], keyword: str, location: Location, direction: str, result: dict[str, Any]
    ) -> None:
        branches = node[keyword] if isinstance(node[keyword], list) else [node[keyword]]
        adapted = [
            self._in_same_place(branch, (*location, keyword, str(index)), direction)
            for index, branch in enumerate(branches)
            if keyword == "allOf" or not _is_null(branch)
        ]
        if keyword != "allOf" and len(adapted) < len(branches):
            result["nullable"] = True
            if not adapted:
                result["enum"] = [None]
                return
        if keyword != "allOf" and len(adapted) == 1 and len(branches) > 1:
            alone = adapted[0]
            if alone.keys().isdisjoint(result.keys() - {"nullable"}) and "$ref" not in alone:
                result.update({**alone, "nullable": True})
                return
            if alone.keys() == {"$ref"} and result.keys() <= {"nullable"}:
                result["$ref"] = alone["$ref"]
                return
            keyword = "allOf"
        result[keyword] = [*result.get(keyword, ()), *adapted]

    def _add_members(self, node: Mapping[str, Any], location: Location, direction: str, result: dict[str, Any]) -> None:
        properties = self.source.members(node, "properties")
        if properties:
            result["properties"] = {
                name: self.adapt(inner, (*location, "properties", name), direction)
                for name, inner in properties.items()
            }
        patterns = self._keywords.pattern_properties(node, location)
        if patterns:
            result["patternProperties"] = {
                pattern: self.adapt(inner, (*location, "patternProperties", original), direction)
                for pattern, (original, inner) in patterns.items()
            }
        others = node.get("additionalProperties", node.get("unevaluatedProperties") if "allOf" not in node else None)
        if isinstance(others, bool):
            result["additionalProperties"] = others
        elif isinstance(others, dict):
            result["additionalProperties"] = self.adapt(others, (*location, "additionalProperties"), direction)
        required = [name for name in self.source.entries(node, "required") if isinstance(name, str)]
        shown = [name for name in required if not self._directed.is_hidden(properties.get(name), direction)]
        if shown:
            result["required"] = [*dict.fromkeys(shown)]

    def _add_entries(self, node: Mapping[str, Any], location: Location, direction: str, result: dict[str, Any]) -> None:
        first = node.get("prefixItems", node.get("items") if isinstance(node.get("items"), list) else None)
        items = node.get("items") if not isinstance(node.get("items"), list) else node.get("additionalItems")
        if isinstance(first, list) and first:
            branches = [self.adapt(each, (*location, "prefixItems", str(i)), direction) for i, each in enumerate(first)]
            if items is False:
                result["maxItems"] = min(len(first), result.get("maxItems", len(first)))
            elif items is None or items is True:
                branches = []
            else:
                branches.append(self.adapt(items, (*location, "items"), direction))
            result["items"] = {"anyOf": branches} if branches else {}
        elif items is False:
            result["maxItems"] = 0
            result["items"] = {}
        elif items is not None:
            result["items"] = self.adapt(items, (*location, "items"), direction)

    def _add_conditions(
        self, node: Mapping[str, Any], location: Location, direction: str, result: dict[str, Any]
    ) -> None:
        dependencies: dict[str, Any] = {
            name: names for name, names in self.source.members(node, "dependentRequired").items() if names
        }
        for name, inner in self.source.members(node, "dependentSchemas").items():
            dependencies[name] = self.adapt(inner, (*location, "dependentSchemas", name), direction)
        if dependencies:
            result["dependencies"] = dependencies
        if "if" in node and ("then" in node or "else" in node):
            condition, then, otherwise = (
                self._in_same_place(node.get(key, True), (*location, key), direction) for key in ("if", "then", "else")
            )
            either = {"anyOf": [{"allOf": [condition, then]}, {"allOf": [{"not": condition}, otherwise]}]}
            result["allOf"] = [*result.get("allOf", ()), either]


class _Directed:
    """Finds schemas that differ between requests and responses, by members that are required but hidden in one."""

    def __init__(self, source: SuppliedSource) -> None:
        self.source = source
        self._own: dict[str, bool] = {}
        self._references: dict[str, set[str]] = {}
        self._known: dict[str, bool] = {}

    def is_hidden(self, schema: Any, direction: str) -> bool:
        """Return whether a member is not part of messages of a direction."""
        keyword = _HIDDEN[direction or RESPONSE]
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str) and keyword not in schema:
            try:
                schema, _ = self.source.resolved(schema, ())
            except Unresolvable:
                return False
        return isinstance(schema, dict) and schema.get(keyword) is True

    def differs(self, location: Location) -> bool:
        """Return whether the schema at a location differs between requests and responses."""
        start = "/".join(location)
        if start not in self._known:
            pending, seen = [location], {start}
            found = False
            while pending and not found:
                place = pending.pop()
                key = "/".join(place)
                if key not in self._own:
                    self._read(place, key)
                found = self._own[key] or self._known.get(key, False)
                for reference in self._references[key]:
                    try:
                        _, target = self.source.target(reference)
                    except Unresolvable:
                        continue
                    if "/".join(target) not in seen:
                        seen.add("/".join(target))
                        pending.append(target)
            self._known[start] = found
            if not found:
                self._known.update(dict.fromkeys(seen, False))
        return self._known[start]

    def _read(self, location: Location, key: str) -> None:
        self._own[key] = False
        self._references[key] = set()
        node: Any = self.source.document
        for part in location:
            node = node[int(part)] if isinstance(node, list) else node[part]
        pending = [node]
        while pending:
            each = pending.pop()
            if isinstance(each, list):
                pending += each
            elif isinstance(each, dict):
                if isinstance(each.get("$ref"), str):
                    self._references[key].add(each["$ref"])
                properties, required = each.get("properties"), each.get("required")
                if isinstance(properties, dict) and isinstance(required, list):
                    self._own[key] = self._own[key] or any(
                        self.is_hidden(properties.get(name), direction)
                        for name in required
                        if isinstance(name, str)
                        for direction in _HIDDEN
                    )
                pending += [value for name, value in each.items() if name not in ("example", "examples", "enum")]


def _only_refers(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str) and len(node) == 1


def _is_null(branch: Any) -> bool:
    return isinstance(branch, dict) and (
        branch.get("type") in ("null", ["null"])
        or ("const" in branch and branch["const"] is None)
        or branch.get("enum") == [None]
    )
