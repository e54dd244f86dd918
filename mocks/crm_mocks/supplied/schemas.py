"""Adapt schemas to the form of OpenAPI 3.0 that the product works with.

Every schema that is referred to becomes a component of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED
from crm_mocks.contract.supplied_contract import Topic
from crm_mocks.errors import ContractError
from crm_mocks.supplied.carried_keywords import UNEVALUATED, carried_keywords, is_additional
from crm_mocks.supplied.dynamic_references import DynamicReferences, Scope
from crm_mocks.supplied.keywords import PLAIN, Keywords
from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

_COMPONENTS: Final = ("components", "schemas")
_COMBINATIONS: Final = ("allOf", "anyOf", "oneOf")
_MAX_SCOPED, _MAX_LEVELS = 2_000, 300


class SchemaAdapter:
    """Adapts the schemas of one document.

    Attributes:
        components: adapted components by name.
    """

    def __init__(self, source: SuppliedSource) -> None:
        self.source = source
        self.components: dict[str, Any] = {}
        self._dynamic = DynamicReferences(source)
        self._scope: Scope = {}
        self._names: dict[tuple[Location, tuple[tuple[str, Location], ...]], str] = {}
        self._in_place: dict[str, list[tuple[str, dict[str, Any], Location]]] = {}
        self._pending: list[tuple[str, Any, Location, Scope]] = []
        self._scoped = 0
        self._current = ""
        self._below = 0  # how many members or entries below the component's root
        self._keywords = Keywords(source)

    def adapt(self, node: Any, location: Location) -> dict[str, Any]:
        """Return the adapted form of a schema.

        Args:
            node: schema object, reference or boolean.
            location: of the schema in the bundled document.
        """
        if node is False:
            return {"not": {}}
        if not isinstance(node, dict):
            if node is not True and node is not None:
                self.source.note(location, "a schema must be an object; this one permits everything")
            return {}
        outer, is_30 = self._scope, self.source.is_30
        self._scope = outer if is_30 else self._dynamic.entered(node, location, outer)
        try:
            if not is_30 and isinstance(node.get("$dynamicRef"), str) and "$ref" not in node:
                node = self._static(node, location)
            return (
                self._reference(node, location) if isinstance(node.get("$ref"), str) else self._schema(node, location)
            )
        finally:
            self._scope = outer

    # --- references ---

    def _static(self, node: dict[str, Any], location: Location) -> dict[str, Any]:
        """Return a schema with a dynamic reference as one with a plain reference."""
        siblings = {key: value for key, value in node.items() if key != "$dynamicRef"}
        try:
            return {"$ref": self._dynamic.reference(node["$dynamicRef"], self._scope), **siblings}
        except Unresolvable as error:
            self.source.note(location, f"{error}; every value is accepted", Topic.REFERENCE)
            return siblings

    def _reference(self, node: dict[str, Any], location: Location) -> dict[str, Any]:
        reference: dict[str, Any] = {"$ref": node["$ref"]}
        try:
            name = self._component(node["$ref"])
        except Unresolvable as error:
            self.source.note(location, f"{error}; every value is accepted", Topic.REFERENCE)
            return {}
        reference = {"$ref": f"#/components/schemas/{name.replace('~', '~0').replace('/', '~1').replace('%', '%25')}"}
        if node.get("nullable") is True:
            reference["nullable"] = True
        if not self.source.is_30:
            siblings = {key: value for key, value in node.items() if key not in ("$ref", *UNEVALUATED)}
            beside = self._schema(siblings, location)
            is_narrower = bool(beside.keys() - PLAIN.keys() - {"example"})
            whole = {"allOf": [reference, beside] if is_narrower else [reference]}
            self._carry({"$ref": "", **{key: node[key] for key in UNEVALUATED if key in node}}, location, whole)
            if is_narrower or CARRIED in whole:
                return whole
        return reference

    def _carry(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> None:
        """Add the keywords of OpenAPI 3.1 that are carried to the validators."""
        self._below += 1
        carried = carried_keywords(node, location, self.adapt)
        self._below -= 1
        if carried:
            result[CARRIED] = {**result.get(CARRIED, {}), **carried}

    def _component(self, reference: str) -> str:
        """Return the name of the component for a reference.

        Raises:
            Unresolvable: the reference does not exist.
        """
        target, location = self.source.target(reference)
        target, location = self.source.resolved(target, location) if _only_refers(target) else (target, location)
        is_dynamic = not self.source.is_30 and self._dynamic.is_dynamic(target, location)
        scope = self._dynamic.entered(target, location, self._scope) if is_dynamic else {}
        key = location, tuple(sorted(scope.items()))
        known = self._names.get(key)
        if known is not None:
            return known
        self._check_scopes(scope, location)
        name = self._names[key] = self._new_name(location)
        self.components[name] = {}
        self._pending.append((name, target, location, scope))
        return name

    def _check_scopes(self, scope: Scope, location: Location) -> None:
        """Refuse a contract whose dynamic references stand for very many schemas, each a component of its own.

        Raises:
            ContractError: they do.
        """
        self._scoped += bool(scope)
        if self._scoped > _MAX_SCOPED:
            place = self.source.bundle.place(location)
            raise ContractError(f"{place}: dynamic references stand for more than {_MAX_SCOPED:,} schemas")

    def _new_name(self, location: Location) -> str:
        name = base = location[-1] if location[:-1] == _COMPONENTS else "_".join(location[-3:]) or "root"
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
            name, target, location, self._scope = self._pending.pop()
            self._current = name
            self.components[name] = self.adapt(target, location)
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
                text = f"the schema {target} contains itself; this part has no effect"
                self.source.note(location, text, Topic.RECURSION)
            elif len(ancestors) > _MAX_LEVELS:
                raise ContractError(f"{self.source.bundle.place(location)}: schemas combine others too deeply")
            else:
                self._search(target, ancestors, finished)
        finished.add(name)

    # --- keywords ---

    def _schema(self, node: Mapping[str, Any], location: Location) -> dict[str, Any]:
        result = self._keywords.plain(node, location)
        self._keywords.add_scalars(node, location, result)
        for keyword in _COMBINATIONS:
            if node.get(keyword):
                self._combination(node, keyword, location, result)
        if "not" in node:
            result["not"] = self._in_same_place(node["not"], (*location, "not"))
        self._below += 1
        self._add_members(node, location, result)
        self._add_entries(node, location, result)
        self._below -= 1
        if not self.source.is_30:
            self._add_conditions(node, location, result)
            self._carry(node, location, result)
        return self._keywords.with_types(node, location, result)

    def _in_same_place(self, node: Any, location: Location) -> dict[str, Any]:
        adapted = self.adapt(node, location)
        if "$ref" in adapted and not self._below:
            target = adapted["$ref"].rpartition("/")[2].replace("%25", "%").replace("~1", "/").replace("~0", "~")
            self._in_place.setdefault(self._current, []).append((target, adapted, location))
        return adapted

    def _combination(self, node: Mapping[str, Any], keyword: str, location: Location, result: dict[str, Any]) -> None:
        branches = node[keyword] if isinstance(node[keyword], list) else [node[keyword]]
        adapted = [
            self._in_same_place(branch, (*location, keyword, str(index)))
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
        if keyword == "oneOf" and "discriminator" in result and "anyOf" not in node:
            keyword = "anyOf"  # the discriminator chooses, where a value matches several
        result[keyword] = [
            *result.get(keyword, ()),
            *(adapted if keyword == "oneOf" else _without_repetitions(adapted)),
        ]

    def _add_members(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> None:
        properties = self.source.members(node, "properties")
        if properties:
            result["properties"] = {
                name: self.adapt(inner, (*location, "properties", name)) for name, inner in properties.items()
            }
        patterns = self._keywords.pattern_properties(node, location)
        if patterns:
            result["patternProperties"] = {
                pattern: self.adapt(inner, (*location, "patternProperties", original))
                for pattern, (original, inner) in patterns.items()
            }
        others = node.get("additionalProperties", node.get("unevaluatedProperties") if is_additional(node) else None)
        if isinstance(others, bool):
            result["additionalProperties"] = others
        elif isinstance(others, dict):
            result["additionalProperties"] = self.adapt(others, (*location, "additionalProperties"))
        required = [name for name in self.source.entries(node, "required") if isinstance(name, str)]
        if required:
            result["required"] = [*dict.fromkeys(required)]

    def _add_entries(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> None:
        first = node.get("prefixItems", node.get("items") if isinstance(node.get("items"), list) else None)
        items = node.get("items") if not isinstance(node.get("items"), list) else node.get("additionalItems")
        if isinstance(first, list) and first:
            branches = [self.adapt(each, (*location, "prefixItems", str(i))) for i, each in enumerate(first)]
            if items is False:
                result["maxItems"] = min(len(first), result.get("maxItems", len(first)))
            elif items is None or items is True:
                branches = []
            else:
                branches.append(self.adapt(items, (*location, "items")))
            result["items"] = {"anyOf": branches} if branches else {}
        elif items is False:
            result["maxItems"] = 0
            result["items"] = {}
        elif items is not None:
            result["items"] = self.adapt(items, (*location, "items"))

    def _add_conditions(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> None:
        dependencies = self._keywords.dependent_required(node, location)
        for name, inner in self.source.members(node, "dependentSchemas").items():
            dependencies[name] = self.adapt(inner, (*location, "dependentSchemas", name))
        if dependencies:
            result["dependencies"] = dependencies
        if "if" in node and ("then" in node or "else" in node):
            condition, then, otherwise = (
                self._in_same_place(node.get(key, True), (*location, key)) for key in ("if", "then", "else")
            )
            either = {"anyOf": [{"allOf": [condition, then]}, {"allOf": [{"not": condition}, otherwise]}]}
            result["allOf"] = [*result.get("allOf", ()), either]


def _only_refers(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str) and len(node) == 1


def _without_repetitions(branches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return branches without references that stand among them before."""
    distinct: dict[Any, dict[str, Any]] = {}
    for number, branch in enumerate(branches):
        distinct.setdefault(branch["$ref"] if branch.keys() == {"$ref"} else number, branch)
    return [*distinct.values()]


def _is_null(branch: Any) -> bool:
    return isinstance(branch, dict) and (
        branch.get("type") in ("null", ["null"])
        or ("const" in branch and branch["const"] is None)
        or branch.get("enum") == [None]
    )
