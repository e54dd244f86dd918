"""Small schemas and values at random, for what must hold of every comparison."""

from __future__ import annotations

from random import Random
from typing import Any

from crm_contracts.diff.schemas.comparer import Comparer
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.reader import SchemaReader
from crm_contracts.diff.variance import Direction
from crm_mocks.contract.schema import Schemas

NAMES = ("a", "b", "c")
TEXTS = ("", "a", "b", "ab", "abc", "2026-01-31", "2026-01-31T12:00:00Z")
NUMBERS = (-1, 0, 1, 2, 4, 5, 2.5, 2**31)
SCALARS: tuple[Any, ...] = (None, True, False, *NUMBERS, *TEXTS)


def schema(random: Random, depth: int = 2) -> dict[str, Any]:
    """Return a schema object that has something to say of a few types."""
    if depth and random.random() < 0.25:
        keyword = random.choice(("allOf", "anyOf", "oneOf", "oneOf"))
        parts = [schema(random, depth - 1) for _ in range(random.randint(1, 3))]
        return {**(object_(random, depth - 1) if random.random() < 0.5 else {}), keyword: parts}
    kind = random.choice(("string", "number", "integer", "boolean", "object", "object", "array", "any"))
    made = _KINDS[kind](random, depth)
    if random.random() < 0.2:
        made["nullable"] = True
    return made


def _text(random: Random, _depth: int) -> dict[str, Any]:
    if random.random() < 0.3:
        return {"type": "string", "enum": random.sample(TEXTS, random.randint(1, 4))}
    chosen = {"minLength": random.randint(0, 2), "maxLength": random.randint(1, 3), "pattern": "^a", "format": "date"}
    return {"type": "string", **_some(random, chosen)}


def _number(random: Random, _depth: int) -> dict[str, Any]:
    chosen = {
        "minimum": random.randint(-1, 2),
        "maximum": random.randint(2, 5),
        "exclusiveMinimum": random.random() < 0.5,
        "exclusiveMaximum": random.random() < 0.5,
        "multipleOf": random.choice((1, 2, 2.5)),
    }
    some = _some(random, chosen)
    for bound in ("Minimum", "Maximum"):
        if bound.lower() not in some:
            some.pop(f"exclusive{bound}", None)
    return {"type": random.choice(("number", "integer")), **some}


def _whole(random: Random, _depth: int) -> dict[str, Any]:
    return {"type": "integer", **_some(random, {"format": "int32", "enum": random.sample((0, 1, 2, 4, 5), 3)})}


def _boolean(random: Random, _depth: int) -> dict[str, Any]:
    return {"type": "boolean", **_some(random, {"enum": [random.random() < 0.5]})}


def object_(random: Random, depth: int) -> dict[str, Any]:
    """Return a schema object for objects."""
    chosen = {
        "properties": {
            name: schema(random, depth - 1) if depth else {} for name in random.sample(NAMES, random.randint(1, 3))
        },
        "required": random.sample(NAMES, random.randint(1, 2)),
        "additionalProperties": random.choice((False, True, schema(random, depth - 1) if depth else {})),
        "minProperties": 1,
        "maxProperties": random.randint(1, 2),
    }
    return {"type": "object", **_some(random, chosen)}


def _array(random: Random, depth: int) -> dict[str, Any]:
    chosen = {"minItems": 1, "maxItems": random.randint(1, 2), "uniqueItems": True}
    return {"type": "array", "items": schema(random, depth - 1) if depth else {}, **_some(random, chosen)}


_KINDS = {
    "string": _text,
    "number": _number,
    "integer": _whole,
    "boolean": _boolean,
    "object": object_,
    "array": _array,
    "any": lambda random, _: _some(random, {"enum": random.sample(SCALARS, 3)}),
}


def _some(random: Random, keywords: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if random.random() < 0.4}


def value(random: Random, depth: int = 3) -> Any:
    """Return a JSON value of few members and entries."""
    kind = random.random()
    if not depth or kind < 0.35:
        return random.choice(SCALARS)
    if kind < 0.5:
        return [value(random, depth - 1) for _ in range(random.randint(0, 3))]
    return {name: value(random, depth - 1) for name in random.sample(NAMES, random.randint(0, 3))}


def altered(random: Random, node: Any) -> Any:
    """Return a schema with another in place of one that is somewhere in it."""
    if not isinstance(node, dict) or random.random() < 0.3:
        return schema(random, 1)
    inner = [key for key in ("allOf", "anyOf", "oneOf", "properties", "items") if node.get(key)]
    if not inner:
        return {**node, **schema(random, 0)} if random.random() < 0.5 else schema(random, 1)
    key = random.choice(inner)
    if key == "items":
        return {**node, key: altered(random, node[key])}
    if key == "properties":
        name = random.choice(sorted(node[key]))
        return {**node, key: {**node[key], name: altered(random, node[key][name])}}
    place = random.randrange(len(node[key]))
    return {**node, key: [altered(random, each) if i == place else each for i, each in enumerate(node[key])]}


def names_of(node: dict[str, Any]) -> set[str]:
    """Return the members that a schema names for the value itself, as its author would read it."""
    found = set(node.get("properties", {}))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in node.get(keyword, ()):
            found |= names_of(part)
    return found


def is_named(node: dict[str, Any], instance: Any) -> bool:
    """Tell whether a value has, at each place, only members that the schema names there, or says something of."""
    if isinstance(instance, list):
        return all(is_named(part, each) for part in _below(node, "items") for each in instance)
    if not isinstance(instance, dict):
        return True
    if isinstance(_others(node), dict):
        return False  # leave alone what is named by a schema for all members, which may stand in another part
    return instance.keys() <= names_of(node) and all(
        is_named(part, each) for name, each in instance.items() for part in _members(node, name)
    )


def _others(node: dict[str, Any]) -> Any:
    found = [node.get("additionalProperties")]
    found += (_others(part) for keyword in ("allOf", "anyOf", "oneOf") for part in node.get(keyword, ()))
    return next((each for each in found if isinstance(each, dict)), None)


def _members(node: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = [node["properties"][name]] if name in node.get("properties", {}) else []
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in node.get(keyword, ()):
            found += _members(part, name)
    return [{"allOf": found}] if found else []


def _below(node: dict[str, Any], keyword: str) -> list[dict[str, Any]]:
    found = [node[keyword]] if keyword in node else []
    for several in ("allOf", "anyOf", "oneOf"):
        for part in node.get(several, ()):
            found += _below(part, keyword)
    return [{"allOf": found}] if found else [{}]


def compared(old: dict[str, Any], new: dict[str, Any], direction: Direction = Direction.REQUEST) -> tuple[Found, ...]:
    """Return the changes from one schema to another."""
    readers = [SchemaReader({"openapi": "3.0.3"}, direction) for _ in range(2)]
    comparer = Comparer(*readers)
    return comparer.schemas(comparer.old.schema(old), comparer.new.schema(new))


def validator(node: dict[str, Any]) -> Any:
    """Return the project's validator of a schema."""
    return Schemas("generated", {}).compile(node)
