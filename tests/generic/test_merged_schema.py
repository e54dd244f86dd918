"""Schemas whose parts stand in each other many times are merged part by part, each once."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.generic.merged_schema import merged, properties
from crm_mocks.generic.page_entries import independent_entries


def doubled(keyword: str, levels: int = 60) -> dict[str, Any]:
    """Return a contract whose schema A0 has its last one twice as often for each level."""
    schemas: dict[str, Any] = {
        f"A{level}": {keyword: [{"$ref": f"#/components/schemas/A{level + 1}"}] * 2} for level in range(levels)
    }
    schemas[f"A{levels}"] = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
    return {"components": {"schemas": schemas}}


A0 = {"$ref": "#/components/schemas/A0"}


@pytest.mark.parametrize("keyword", ["allOf", "oneOf", "anyOf"])
def test_a_part_that_stands_there_many_times_counts_once(keyword: str) -> None:
    document = doubled(keyword)
    assert merged(document, A0) == {
        "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]
    }  # fmt: skip
    assert properties(document, A0) == {"name": {"type": "string"}}


def test_a_schema_that_contains_itself_is_merged() -> None:
    document = {"components": {"schemas": {"A0": {"allOf": [A0, A0], "minProperties": 1}}}}
    assert merged(document, A0) == {"type": "object", "minProperties": 1}


def test_the_entries_of_a_list_are_found_behind_many_parts() -> None:
    document = doubled("allOf")
    document["components"]["schemas"]["A60"] = {"type": "array", "items": {"type": "string"}}
    assert independent_entries(document, A0, ()) == {"type": "string"}
