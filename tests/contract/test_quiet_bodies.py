"""The schema of bodies that break no rule and give no notice."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.contract.operation import MediaType
from crm_mocks.contract.quiet_form import quiet_form
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.shape import body_shape
from crm_mocks.vendor import load_vendor, vendor_names

ODD: tuple[Any, ...] = (None, 1, "a", [], {}, [1, {"unknown": 1}], {"unknown": 2}, [[{"unknown": 1}]])


def media_types(vendor: str) -> Iterator[MediaType]:
    contract = ContractFile(vendor).in_force(load_vendor(vendor).settings_type())
    for operation in contract.operations.values():
        if operation.body is not None:
            yield from operation.body.media_types.values()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each object or array in a value with each of its keys or indexes."""
    if isinstance(value, dict | list):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from places(inner)


def altered(value: Any, random: Random) -> Any:
    """Return a value with up to three members or elements replaced or added."""
    value = copy.deepcopy(value)
    for _ in range(random.randrange(4)):
        found = list(places(value))
        if not found:
            return copy.deepcopy(random.choice(ODD))
        holder, key = random.choice(found)
        if isinstance(holder, dict) and random.random() < 0.3:
            holder[f"unknown{random.randrange(3)}"] = copy.deepcopy(random.choice(ODD))
        else:
            holder[key] = copy.deepcopy(random.choice((*ODD, value)))
    return value


def test_bodies_are_quiet_if_they_are_valid_and_give_no_notice() -> None:
    random = Random(1)
    seen = set()
    for media_type in (each for vendor in vendor_names() for each in media_types(vendor)):
        for example in media_type.examples.values():
            for _ in range(40):
                body = altered(example, random)
                is_quiet = media_type.quiet.is_valid(body)
                is_noticed = bool(media_type.shape.notices(body))
                assert is_quiet is (media_type.validator.is_valid(body) and not is_noticed), body
                seen.add(is_quiet)
    assert seen == {True, False}


def test_a_recursive_shape_has_a_quiet_schema() -> None:
    document = {
        "components": {
            "schemas": {
                "Node": {
                    "properties": {
                        "name": {},
                        "old": {"deprecated": True},
                        "children": {"items": {"$ref": "#/components/schemas/Node"}},
                    }
                }
            }
        }
    }
    node = {"$ref": "#/components/schemas/Node"}
    quiet = jsonschema_rs.Draft4Validator(quiet_form(document, node, body_shape(document, node)))
    assert quiet.is_valid({"name": 1, "children": [{"children": [{"name": 2}]}]})
    assert not quiet.is_valid({"children": [{"children": [{"new": 2}]}]})
    assert not quiet.is_valid({"children": [{"old": None}]})


COMPOSED: dict[str, Any] = {
    "allOf": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"tag": {"type": "string"}}}]},
    "oneOf": {"oneOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"tag": {}}, "required": ["tag"]}]},
    "own members and those of a part": {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "allOf": [{"properties": {"tag": {"type": "string"}}}],
    },
    "one member described twice": {
        "properties": {"owner": {"properties": {"name": {}}}},
        "allOf": [{"properties": {"owner": {"properties": {"tag": {}}}}}],
    },
    "nullable": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Pet"}]},
    "patterns of names": {"properties": {"name": {}}, "patternProperties": {"^x-": {}}},
    "described other members": {"properties": {"name": {}}, "additionalProperties": {"type": "string"}},
    "siblings of a reference": {"$ref": "#/components/schemas/Pet", "maxProperties": 2},
    "recursion": {"properties": {"pets": {"items": {"$ref": "#/components/schemas/Pet"}}, "old": {"deprecated": True}}},
    "open": {"type": "object"},
    "keywords of 2020-12": {
        "type": "array",
        "items": {"properties": {"name": {}}},
        "x-json-schema": {"prefixItems": [{"type": "string"}], "items": {"properties": {"name": {}}}},
    },
}


@pytest.mark.parametrize("version", ["draft 4", "draft 2020-12"])
@pytest.mark.parametrize("schema", COMPOSED.values(), ids=COMPOSED)
def test_bodies_of_composed_schemas_are_quiet_if_they_are_valid_and_give_no_notice(
    schema: dict[str, Any], version: str
) -> None:
    pet = {"type": "object", "properties": {"name": {"type": "string"}, "born": {"type": "string", "format": "date"}}}
    pet["properties"]["young"] = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
    document = {"components": {"schemas": {"Pet": pet}}}
    if version == "draft 2020-12":
        document |= {"x-json-schema": True}
    schemas, shape = Schemas("pets", document), body_shape(document, schema)
    validator, quiet = schemas.compile(schema), schemas.compile_quiet(schema, shape)
    random = Random(1)
    full = {"name": "Rex", "born": "2020-02-29", "young": [{"name": "Mini", "young": []}]}
    seen = set()
    for start in (full, {"tag": "a"}, {"owner": {"name": 1, "tag": 1}}, {"pets": [full]}, ["a", {"name": "b"}], {}):
        for _ in range(150):
            body = altered(start, random)
            expected = validator.is_valid(body) and not shape.notices(body)
            assert quiet.is_valid(body) is expected, body
            seen.add(expected)
    assert seen == {True, False}
