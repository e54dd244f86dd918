"""Schemas of bodies that break no rule and give no notice: one run of a validator recognizes almost all bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED
from crm_mocks.contract.references import target
from crm_mocks.contract.shape import BodyShape

_ANYTHING: dict[str, Any] = {}
_MAX_PARTS: Final = 300
"""Schemas that a body may have, beyond which it is not worth the memory to recognize quiet ones at once."""


def quiet_form(
    document: Mapping[str, Any], schema: Any, shape: BodyShape, form: Callable[[Any], Any] = lambda node: node
) -> Any:
    """Return the JSON schema of the values that match a schema and give no notice; of none if there are many schemas.

    Args:
        document: the contract in force.
        schema: schema object or reference, as in the document.
        shape: known members of the values.
        form: returns a schema of the document as JSON schema, whose references can be resolved from anywhere.
    """
    return _QuietForm(document, form).of(schema, shape)


class _QuietForm:
    """Makes one definition for each schema with its shape: those of a recursive schema refer to themselves."""

    def __init__(self, document: Mapping[str, Any], form: Callable[[Any], Any]) -> None:
        self._document = document
        self._form = form
        self._parts: list[tuple[Any, BodyShape]] = []
        self._numbers: dict[tuple[int, int], int] = {}

    def of(self, schema: Any, shape: BodyShape) -> Any:
        if not shape.gives_notices:
            return self._form(schema)
        start = self._reference(schema, shape)
        definitions: dict[str, Any] = {}
        for number, part in enumerate(self._parts):  # grows as parts are referred to
            if number == _MAX_PARTS:
                return {"not": {}}
            definitions[str(number)] = self._definition(*part)
        return {"definitions": definitions, **start}

    def _reference(self, schema: Any, shape: BodyShape) -> dict[str, Any]:
        key = id(schema), id(shape)
        if key not in self._numbers:
            self._numbers[key] = len(self._parts)
            self._parts.append((schema, shape))
        return {"$ref": f"#/definitions/{self._numbers[key]}"}

    def _definition(self, schema: Any, shape: BodyShape) -> dict[str, Any]:
        if shape.notice is not None:
            return {"not": {}}
        node = self._node(schema)
        formed = self._form(node)
        own = _own_members(node, formed, shape)
        if own is None:  # what the shape knows stands in several schemas
            return {"allOf": [formed, self._reference(_ANYTHING, shape)]}
        quiet = dict(formed)
        if not shape.open:
            noticed = shape.noticed_members
            kept = formed.get("properties", _ANYTHING)
            quiet["properties"] = {
                name: self._reference(own.get(name, _ANYTHING), member) if name in noticed else kept.get(name, {})
                for name, member in shape.members.items()
            }
            quiet["additionalProperties"] = False
        if shape.entries is not None and shape.entries.gives_notices:
            quiet["items"] = self._reference(node.get("items", _ANYTHING), shape.entries)
        return quiet

    def _node(self, schema: Any) -> Any:
        """Return the schema that a reference leads to, or a reference with siblings on the way to it."""
        node = schema
        while isinstance(node, Mapping) and len(node) == 1 and "$ref" in node:
            node = target(self._document, node["$ref"])
        return node


def _own_members(node: Any, formed: Any, shape: BodyShape) -> Mapping[str, Any] | None:
    """Return the schemas of all members that a shape knows, or `None` if they are not in this node alone.

    Args:
        node: a schema of the document; an empty one leaves everything to the shape.
        formed: the same as JSON schema.
        shape: its shape.
    """
    if node is _ANYTHING:
        return {}
    if not isinstance(node, Mapping) or not isinstance(formed, Mapping) or "$ref" in node or CARRIED in node:
        return None
    own: Mapping[str, Any] = node.get("properties", _ANYTHING)
    has_members = shape.open or ("properties" in formed and own.keys() == shape.members.keys())
    has_entries = shape.entries is None or not shape.entries.gives_notices or "items" in formed
    is_alone = has_members and has_entries and "patternProperties" not in formed
    return own if is_alone else None
