"""Schemas of one direction: members that only responses have (`readOnly`) are not required of requests, and vice versa.

OpenAPI 3.0.3, Schema Object, readOnly: "the required will take effect on the response only"; writeOnly likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow
from crm_mocks.errors import ContractError

READ_ONLY: Final = "readOnly"
WRITE_ONLY: Final = "writeOnly"

_VALUES: Final = frozenset({"enum", "example", "examples", "default", "const"})
_DEPTH: Final = 6


def directed(document: Mapping[str, Any], node: Any, mark: str, inherited: frozenset[str] = frozenset()) -> Any:
    """Return a schema that does not require members which the other direction alone has.

    Args:
        document: the contract in force.
        node: the schema.
        mark: the keyword of those members, `readOnly` for requests.
        inherited: names of such members in enclosing `allOf`.
    """
    if isinstance(node, list):
        return [directed(document, each, mark) for each in node]
    if not isinstance(node, dict):
        return node
    is_whole = "required" in node or "allOf" in node
    names = inherited | marked_members(document, node, mark) if is_whole else inherited
    result = {}
    for keyword, value in node.items():
        if keyword in _VALUES:
            result[keyword] = value
        elif keyword == "required" and isinstance(value, list):
            left = [name for name in value if name not in names]
            if left:
                result[keyword] = left
        elif keyword == "properties" and isinstance(value, dict):
            result[keyword] = {name: directed(document, inner, mark) for name, inner in value.items()}
        elif keyword in ("allOf", "oneOf", "anyOf") and isinstance(value, list):
            result[keyword] = [directed(document, each, mark, names) for each in value]
        else:
            result[keyword] = directed(document, value, mark)
    return result


def marked_members(document: Mapping[str, Any], schema: Any, mark: str, depth: int = _DEPTH) -> frozenset[str]:
    """Return the names of the members of an object that have a mark, those of `allOf` included.

    Args:
        document: the contract in force.
        schema: schema object or reference.
        mark: `readOnly` or `writeOnly`.
        depth: maximum depth of `allOf`.
    """
    node = _followed(document, schema)
    members = node.get("properties")
    found = {
        name
        for name, inner in (members.items() if isinstance(members, Mapping) else ())
        if _followed(document, inner).get(mark) is True
    }
    for part in (node.get("allOf") or ()) if depth else ():
        found |= marked_members(document, part, mark, depth - 1)
    return frozenset(found)


def _followed(document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
    try:
        node = follow(document, schema)
    except ContractError:  # reported where the schema is compiled
        return {}
    return node if isinstance(node, Mapping) else {}
