"""A document with garbage in it is refused in one line, or compared: nothing else is raised."""

from __future__ import annotations

import copy
from contextlib import suppress
from random import Random

import pytest

from crm_contracts.diff import compare
from crm_contracts.diff.errors import DocumentError
from tests.diff.editing import garage

GARBAGE = (
    None,
    True,
    5,
    -1.5,
    "x",
    "#/nowhere",
    [],
    {},
    [5],
    {"x": 5},
    {"$ref": 5},
    {"$ref": "#/x"},
    ["x", None],
    10**400,
)


def _places(node, place=()):
    yield place
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in items:
        yield from _places(inner, (*place, step))


@pytest.mark.parametrize("group", range(4))
def test_garbage_anywhere_is_refused_or_compared(group):
    random = Random(group)
    places = [place for place in _places(garage()) if place]
    for _ in range(120):
        document, place = garage(), random.choice(places)
        node = document
        for step in place[:-1]:
            node = node[step]
        node[place[-1]] = copy.deepcopy(random.choice(GARBAGE))
        for old, new in ((garage(), document), (document, garage())):
            with suppress(DocumentError):
                compare(old, new)


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a_schema_that_is_part_of_itself_is_reported(keyword):
    document = garage()
    document["components"]["schemas"]["Sent"] = {keyword: [{"$ref": "#/components/schemas/Sent"}]}
    with pytest.raises(DocumentError, match="defined by itself"):
        compare(garage(), document)


def _chain(length):
    """Return a contract whose schemas lead from one to the next, and the last of them."""
    document = garage()
    schemas = document["components"]["schemas"]
    for number in range(length):
        schemas[f"S{number}"] = {"properties": {"next": {"$ref": f"#/components/schemas/S{number + 1}"}}}
    last = schemas[f"S{length}"] = {"type": "string"}
    schemas["Sent"] = {"$ref": "#/components/schemas/S0"}
    return document, last


def test_a_long_chain_of_references_is_compared_to_its_end():
    (old, _), (new, last) = _chain(300), _chain(300)
    last["maxLength"] = 5
    (change,) = compare(old, new).changes
    assert change.rule == "maxLength"


def test_a_chain_of_references_that_is_too_long_is_reported(monkeypatch):
    monkeypatch.setattr("crm_contracts.diff.deep._CALLS", 2_000)  # of 30,000, which take seconds to be used up
    with pytest.raises(DocumentError, match="nested too deeply"):
        compare(_chain(1_000)[0], _chain(1_001)[0])


def test_schemas_that_all_lead_to_one_another_are_compared():
    old = garage()
    names = [f"S{number}" for number in range(30)]
    for name in names:
        members = {each: {"$ref": f"#/components/schemas/{each}"} for each in names}
        old["components"]["schemas"][name] = {"properties": {**members, "own": {"type": "string"}}}
    old["components"]["schemas"]["Sent"] = {"$ref": "#/components/schemas/S0"}
    new = copy.deepcopy(old)
    assert compare(old, new).changes == ()
    new["components"]["schemas"]["S29"]["properties"]["own"]["maxLength"] = 5
    assert {change.rule for change in compare(old, new).changes} == {"maxLength"}


def test_a_recursive_schema_is_compared():
    document = garage()
    document["components"]["schemas"]["Person"]["properties"]["friends"]["maxItems"] = 3
    changes = compare(garage(), document).changes
    assert {change.place[-1] for change in changes} == {"friends"}
    assert {change.rule for change in changes} == {"maxItems"}


def test_more_alternatives_than_can_be_told_apart_are_compared_as_a_whole():
    parts = [{"anyOf": [{"required": [f"{letter}{number}"]} for number in range(9)]} for letter in "abc"]
    old, new = garage(), garage()
    old["components"]["schemas"]["Sent"] = {"allOf": parts}
    new["components"]["schemas"]["Sent"] = {"allOf": [*parts, {"required": ["d"]}]}
    (change,) = compare(old, new).changes
    assert (change.rule, change.breaks) == ("alternatives", ("clients", "providers"))
