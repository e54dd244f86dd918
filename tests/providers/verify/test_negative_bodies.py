"""Invalid bodies are made acceptable in everything but their violations."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.negative_bodies import completed
from crm_mocks.contract.schema import Schemas
from crm_mocks.errors import CrmMocksError

SCHEMA = {
    "type": "object",
    "required": ["email", "day"],
    "properties": {
        "email": {"type": "string"},
        "day": {"type": "string", "format": "date"},
        "account": {"type": "integer"},
        "entries": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}},
    },
}
VALIDATOR = Schemas("test", {}).compile(SCHEMA)
EXAMPLE = {"email": "a@example.com", "day": "2026-01-01", "entries": [{"id": 1}]}


def accept(body):
    """Return a body of a known account with a new e-mail address and known entries."""
    known = {"account": 7} if "account" in body else {}
    return {**body, **known, "email": "new@example.com", "entries": [{"id": 9} for _ in body.get("entries", ())]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"email": "a", "day": "soon", "account": 1},
            {"email": "new@example.com", "day": "soon", "account": 7, "entries": []},
            id="a wrong format",
        ),
        pytest.param(
            {"email": "a", "account": 1}, {"email": "new@example.com", "account": 7, "entries": []}, id="missing"
        ),
        pytest.param(
            {"email": 5, "day": "2026-01-01", "account": 1},
            {"email": 5, "day": "2026-01-01", "account": 7, "entries": []},
            id="the unique member itself",
        ),
        pytest.param(
            {"email": "a", "day": "2026-01-01", "entries": [{"id": 1}, {"id": "x"}]},
            {"email": "new@example.com", "day": "2026-01-01", "entries": [{"id": 9}, {"id": "x"}]},
            id="in an array",
        ),
        pytest.param(
            {"email": "a", "day": "2026-01-01"},
            {"email": "new@example.com", "day": "2026-01-01", "entries": []},
            id="valid",
        ),
    ],
)
def test_only_the_violations_stay(body, expected):
    assert completed(body, VALIDATOR, EXAMPLE, accept) == expected


@pytest.mark.parametrize(
    ("body", "example"),
    [
        pytest.param([1], EXAMPLE, id="the whole body is wrong"),
        pytest.param({"email": "a"}, None, id="no example"),
    ],
)
def test_a_body_that_cannot_be_repaired_stays_as_it_is(body, example):
    assert completed(body, VALIDATOR, example, accept) is body


def test_a_body_stays_as_it_is_if_nothing_acceptable_can_be_made():
    def refuse(_):
        raise CrmMocksError("no lead is ready")

    body = {"email": "a", "day": "soon"}
    assert completed(body, VALIDATOR, EXAMPLE, refuse) is body


def test_a_body_stays_as_it_is_if_its_violations_would_change():
    body = {"email": "a", "day": "2026-01-01", "entries": [{"id": "x"}]}
    assert completed(body, VALIDATOR, EXAMPLE, lambda valid: {**valid, "entries": []}) is body


def test_the_body_and_the_example_are_not_changed():
    body, example = {"email": "a", "day": "soon", "entries": [{"id": "x"}]}, {**EXAMPLE}
    completed(body, VALIDATOR, example, accept)
    assert body == {"email": "a", "day": "soon", "entries": [{"id": "x"}]}
    assert example == EXAMPLE


def test_a_member_may_have_the_name_of_an_index():
    validator = Schemas("test", {}).compile({"type": "object", "additionalProperties": {"type": "string"}})

    assert completed({"0": 1, "a": "b"}, validator, {"a": "c"}, lambda body: {**body, "a": "d"}) == {"0": 1, "a": "d"}


def test_a_wrong_member_with_the_name_of_an_index_stays_if_no_example_has_it():
    validator = Schemas("test", {}).compile({"type": "array"})

    assert completed({"0": 1}, validator, None, lambda body: body) == {"0": 1}
