"""Constraints of header, query and path parameters are enforced and reported."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.vendor import Vendor
from tests.conftest import Api

TRACE = "123e4567-e89b-42d3-a456-426614174000"
PARAMETERS: list[dict[str, Any]] = [
    {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string", "format": "uuid"}},
    {"name": "X-Level", "in": "header", "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
    {"name": "X-Mode", "in": "header", "schema": {"$ref": "#/components/schemas/Mode"}},
    {"name": "page", "in": "query", "required": True, "schema": {"type": "integer", "format": "int32"}},
    {"name": "share", "in": "query", "schema": {"type": "number", "minimum": 0, "exclusiveMinimum": True}},
    {"name": "since", "in": "query", "schema": {"type": "string", "format": "date"}},
    {"name": "code", "in": "query", "schema": {"type": "string", "pattern": "^[A-Z]{2}$"}},
    {"name": "mode", "in": "query", "schema": {"$ref": "#/components/schemas/Mode"}},
    {"name": "all", "in": "query", "schema": {"type": "boolean"}},
    {"name": "name", "in": "query", "schema": {"type": "string", "minLength": 2, "maxLength": 3}},
    {"name": "shop", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
]
GOOD: dict[str, dict[str, str]] = {
    "header": {"X-Trace": TRACE, "X-Level": "1", "X-Mode": "fast"},
    "query": {
        "page": "-1",
        "share": "0.5",
        "since": "2026-01-31",
        "code": "DE",
        "mode": "slow",
        "all": "false",
        "name": "Zoë",
    },
    "path": {"shop": "7"},
}
BROKEN = [
    ("header", "X-Trace", None, "required"),
    ("header", "X-Trace", "123e4567", "format"),
    ("header", "X-Trace", "", "format"),
    ("header", "X-Trace", f"{TRACE}, {TRACE}", "format"),
    ("header", "X-Level", "one", "type"),
    ("header", "X-Level", "1.5", "type"),
    ("header", "X-Level", "", "type"),
    ("header", "X-Level", "--1", "type"),
    ("header", "X-Level", "0", "minimum"),
    ("header", "X-Level", "10", "maximum"),
    ("header", "X-Level", "9" * 5000, "type"),
    ("header", "X-Mode", "FAST", "enum"),
    ("query", "page", None, "required"),
    ("query", "page", "", "type"),
    ("query", "page", "1e3", "type"),
    ("query", "page", "١", "type"),
    ("query", "page", "2147483648", "maximum"),
    ("query", "page", "-2147483649", "minimum"),
    ("query", "share", "half", "type"),
    ("query", "share", "0", "exclusiveMinimum"),
    ("query", "share", "nan", "type"),
    ("query", "share", "inf", "type"),
    ("query", "share", "1_0", "type"),
    ("query", "share", "1e999", "type"),
    ("query", "since", "2026-02-30", "format"),
    ("query", "since", "yesterday", "format"),
    ("query", "code", "de", "pattern"),
    ("query", "code", "DE\n", "pattern"),
    ("query", "mode", "", "enum"),
    ("query", "all", "yes", "type"),
    ("query", "all", "True", "type"),
    ("query", "name", "x", "minLength"),
    ("query", "name", "abcd", "maxLength"),
    ("path", "shop", "0", "minimum"),
    ("path", "shop", "x", "type"),
]


@pytest.fixture(scope="module")
def shop(toy_vendor: Vendor, tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Toy CRM, its operation with parameters of every kind."""
    document = copy.deepcopy(toy_vendor.contract_file.document)
    item = document["paths"].pop("/toy/contacts")
    item["post"]["parameters"] = PARAMETERS
    document["paths"]["/toy/{shop}/contacts"] = item
    document["components"]["schemas"]["Mode"] = {"type": "string", "enum": ["fast", "slow"]}
    path = tmp_path_factory.mktemp("shop") / "toy.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return type(toy_vendor)("toy", path)


@pytest.fixture
def mock(api: Callable[..., Api], shop: Vendor) -> Api:
    return api(shop)


def send(mock: Api, place: str = "", name: str = "", value: str | None = None) -> None:
    """Send a valid request with one parameter changed or omitted."""
    given = copy.deepcopy(GOOD)
    if place:
        del given[place][name]
    if value is not None:
        given[place][name] = value
    headers = {key: each.encode() for key, each in {**given["header"], "X-Key": "demo-key"}.items()}
    body = {"email": f"c{len(mock.entries())}@example.com"}
    mock.post(f"/toy/{given['path']['shop']}/contacts", params=given["query"], headers=headers, json=body)


def test_a_valid_request_is_accepted(mock: Api) -> None:
    send(mock)
    assert (mock.last_entry().outcome, mock.last_entry().violations) == ("created", [])


@pytest.mark.parametrize(
    "parameter", [each for each in PARAMETERS if not each.get("required")], ids=lambda it: it["name"]
)
def test_optional_parameters_may_be_omitted(mock: Api, parameter: dict[str, Any]) -> None:
    send(mock, parameter["in"], parameter["name"])
    assert mock.last_entry().outcome == "created"


def test_each_broken_constraint_is_reported_and_nothing_is_stored(mock: Api, figures: Callable[[str], None]) -> None:
    for place, name, value, rule in BROKEN:
        send(mock, place, name, value)
        entry = mock.last_entry()
        location = (place, name.lower() if place == "header" else name)
        assert [(each.location, each.rule) for each in entry.violations] == [(location, rule)], (name, value)
        assert (entry.status, entry.outcome) == (400, "invalid")
    assert mock.records("contacts") == []
    figures(f"constraints of parameters: {len(BROKEN)} broken, {len(BROKEN)} named")
