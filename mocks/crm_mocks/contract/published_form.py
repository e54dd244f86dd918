"""Published form of a contract: plain OpenAPI that is valid as it stands under the default settings.

Other tools read the file as it is, so parts that do not hold by default stand beside the keyword that they belong to:

- ``x-variant-<keyword>`` holds parts of `<keyword>` for other settings and releases, each with its condition;
- ``x-conditions`` lists conditions of parts that are a `$ref`, beside which nothing may stand;
- ``x-refused-examples`` holds requests that break the contract, which other tools must not take for valid ones.

A condition that generators of clients would take for a class is negated twice: they skip ``not``, validators do not.
The name of a part stands once: `variant_problems` finds variants and conditions that match nothing.

Inside the product all parts stand under the keyword itself, marked: `expand` and `publish` convert.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

VARIANT_PREFIX: Final = "x-variant-"
REFUSED_EXAMPLES: Final = "x-refused-examples"
REFUSED: Final = "x-refused"
CONDITIONS: Final = "x-conditions"
NEGATED_TWICE: Final = "x-negated-twice"
"""Names the keywords of a schema that the published form has under two `not`."""

_DECIDED: Final = frozenset(
    {
        "x-in-force",
        "x-open-when",
        "x-open-pattern",
        "x-path-setting",
        "x-available-from",
        "x-available-before",
        "x-mandatory-before",
        "x-deprecated-from",
        "x-values-available-from",
        "x-releases",
    }
)


def expand(node: Any) -> Any:
    """Return a contract with variant parts and refused examples under the keywords that they belong to.

    Example:
        >>> expand({"properties": {"a": {}}, "x-variant-properties": {"b": {"x-available-before": "R2"}}})
        {'properties': {'a': {}, 'b': {'x-available-before': 'R2'}}}
    """
    if isinstance(node, list):
        return [expand(value) for value in node]
    if not isinstance(node, Mapping):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key == REFUSED_EXAMPLES:
            refused = {name: {**expand(example), REFUSED: True} for name, example in value.items()}
            result["examples"] = {**result.get("examples", {}), **refused}
        elif key.startswith(VARIANT_PREFIX):
            keyword = key.removeprefix(VARIANT_PREFIX)
            result[keyword] = {**result.get(keyword, {}), **expand(value)}
        elif key == "not" and isinstance(value, Mapping) and value.keys() == {"not"}:
            condition = expand(value["not"])
            result |= {**condition, NEGATED_TWICE: [*condition]}
        elif key != CONDITIONS:
            result[key] = expand(value)
    for condition in node.get(CONDITIONS, ()):
        _apply(condition, result)
    return result


def _apply(condition: Mapping[str, Any], node: dict[str, Any]) -> None:
    """Mark parts of a node with a condition: `in` names the keyword, `parts` its members or indexes."""
    marks = {key: value for key, value in condition.items() if key not in ("in", "parts")}
    holder = node[condition["in"]]
    for part in condition["parts"]:
        holder[part] = {**holder[part], **marks}


def publish(node: Any, *, refused_examples: bool = False) -> Any:
    """Return a contract in force as plain OpenAPI, without the conditions that have been decided.

    Args:
        node: the contract in force.
        refused_examples: leave refused requests among the examples, for tools that pair requests and responses by name.
    """
    if isinstance(node, list):
        return [publish(value, refused_examples=refused_examples) for value in node]
    if not isinstance(node, Mapping):
        return node
    result: dict[str, Any] = {}
    negated = [key for key in node.get(NEGATED_TWICE, ()) if key in node]
    for key, value in node.items():
        if key in _DECIDED or key == REFUSED or key in negated:
            continue
        if key == NEGATED_TWICE:
            condition = {name: publish(node[name], refused_examples=refused_examples) for name in negated}
            result["not"] = {"not": condition}
            continue
        published = publish(value, refused_examples=refused_examples)
        if key == "examples" and isinstance(value, Mapping) and not refused_examples:
            refused = {name for name, example in value.items() if isinstance(example, Mapping) and REFUSED in example}
            accepted = {name: example for name, example in published.items() if name not in refused}
            if accepted or not refused:
                result[key] = accepted
            if refused:
                result[REFUSED_EXAMPLES] = {name: published[name] for name in refused}
        else:
            result[key] = published
    return result
