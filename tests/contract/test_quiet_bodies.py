"""The schema of bodies that break no rule and give no notice."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import jsonschema_rs

from crm_mocks.contract import ContractFile
from crm_mocks.contract.operation import MediaType
from crm_mocks.contract.quiet_form import quiet_form
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
