"""Which documented members and enum values are covered."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from crm_mocks.contract.members import BodyMembers, members_of
from crm_mocks.state.body_coverage import BodyCoverage, OperationBodyCoverage

ADDRESS = {"type": "object", "properties": {"country": {"enum": ["DE", "FR", None]}, "city": {"type": "string"}}}
DOCUMENT: dict[str, Any] = {"components": {"schemas": {"Address": ADDRESS}}}
SCHEMA: dict[str, Any] = {
    "allOf": [{"properties": {"id": {"enum": [1, 2]}}}],
    "properties": {
        "name": {"type": "string"},
        "addresses": {"type": "array", "items": {"$ref": "#/components/schemas/Address"}},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
        "billing": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "string"}]},
    },
}


@pytest.fixture
def coverage() -> BodyCoverage:
    return BodyCoverage(members_of(DOCUMENT, SCHEMA))


def seen(coverage: BodyCoverage) -> dict[str, set[Any]]:
    return {".".join(place[1:]): set(values) for place, values in coverage.covered()}


def test_members_are_covered_at_every_depth(coverage: BodyCoverage) -> None:
    coverage.record({"name": "x", "addresses": [{"city": "Bonn"}, {"country": "DE"}], "tags": ["b"]})
    coverage.record({"billing": {"country": "FR"}, "id": 2, "unknown": {"country": "DE"}})
    assert seen(coverage) == {
        "name": set(),
        "id": {2},
        "addresses": set(),
        "addresses.*.city": set(),
        "addresses.*.country": {"DE"},
        "tags": set(),
        "tags.*": {"b"},
        "billing": set(),
        "billing.country": {"FR"},
    }


@pytest.mark.parametrize("body", [None, 5, "x", [], [{"name": 1}], {"id": True}, {"id": [1]}, {"addresses": "x"}])
def test_bodies_of_any_type_are_accepted(coverage: BodyCoverage, body: Any) -> None:
    coverage.record(body)
    assert not any(seen(coverage).values())


def _any_body(random: Random, depth: int = 3) -> Any:
    """Return a body of documented and other names and values."""
    if depth and random.random() < 0.4:
        names = random.sample(["id", "name", "addresses", "tags", "billing", "country", "city", "x"], 3)
        return {name: _any_body(random, depth - 1) for name in names}
    if depth and random.random() < 0.4:
        return [_any_body(random, depth - 1) for _ in range(random.randrange(3))]
    return random.choice([None, True, 1, 1.0, 2, "a", "b", "DE", "FR", "x"])


@pytest.mark.parametrize("seed", range(5))
def test_many_bodies_cover_the_same_as_each_for_itself(coverage: BodyCoverage, seed: int) -> None:
    random, operation = Random(seed), OperationBodyCoverage("crm.create", coverage.about)
    for _ in range(300):
        body = _any_body(random)
        coverage.record(body)
        operation.record(body)
    assert seen(coverage)
    assert seen(operation.bodies) == seen(coverage)


def test_documented_members_can_be_listed() -> None:
    listed = {
        ".".join(place): {value for _, value in about.enum} for place, about in members_of(DOCUMENT, SCHEMA).walk()
    }
    assert listed == {
        "body": set(),
        "body.name": set(),
        "body.id": {1, 2},
        "body.addresses": set(),
        "body.addresses.*.city": set(),
        "body.addresses.*.country": {"DE", "FR"},
        "body.tags": set(),
        "body.tags.*": {"a", "b"},
        "body.billing": set(),
        "body.billing.city": set(),
        "body.billing.country": {"DE", "FR"},
    }


def test_everything_documented_can_be_covered(coverage: BodyCoverage) -> None:
    address = [{"city": "x", "country": each} for each in ("DE", "FR")]
    bodies = [{"id": 1, "name": "", "tags": ["a", "b"], "addresses": address, "billing": each} for each in address]
    assert not any(coverage.record(body) for body in bodies)
    assert coverage.record({"id": 2})
    listed = {".".join(place[1:]): {value for _, value in each.enum} for place, each in coverage.about.walk()}
    assert seen(coverage) == {place: values for place, values in listed.items() if place}


def test_recursive_schemas_terminate() -> None:
    document: dict[str, Any] = {"components": {"schemas": {}}}
    node = {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    document["components"]["schemas"]["Node"] = node
    members = members_of(document, node)
    assert len(list(members.walk())) < 20
    assert isinstance(members, BodyMembers)


def test_a_value_that_adds_nothing_is_known_without_recording_it(coverage: BodyCoverage) -> None:
    values: list[Any] = [
        {"name": "x", "addresses": [{"city": "Bonn"}, {"country": "DE"}], "tags": ["b"]},
        {"billing": {"country": "FR"}, "id": 2, "unknown": {"country": "DE"}},
        {"addresses": [{"country": "FR"}], "tags": "a"},
        {"tags": ["a", "c"], "id": True},
        {"billing": "text", "id": 1},
        [1],
    ]
    for value in values * 2:
        before, adds = seen(coverage), coverage.adds(value)
        coverage.record(value)
        assert adds or seen(coverage) == before
    assert not any(map(coverage.adds, values))
