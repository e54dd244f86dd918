"""Bodies that schemathesis generates are validated by the contract's own schemas."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.body_validator import BodyValidator

FORM = "multipart/form-data"
SCHEMA = {
    "type": "object",
    "required": ["image"],
    "properties": {
        "image": {"type": "string", "format": "binary"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


class Binary(str):
    """A string that stands for bytes, as schemathesis generates it."""


@pytest.fixture
def bodies() -> BodyValidator:
    made = BodyValidator()
    operation = {"requestBody": {"content": {FORM: {"schema": SCHEMA}}}}
    made.document = {"paths": {"/images": {"post": operation}}}
    return made


@pytest.mark.parametrize("image", [Binary("a"), b"\xff\x00", "a"])
def test_a_file_is_a_string(bodies, image):
    assert bodies.is_valid("/images", "POST", FORM, {"image": image, "tags": [Binary("b")]})


def test_a_missing_file_is_a_violation(bodies):
    assert not bodies.is_valid("/images", "POST", FORM, {"tags": [Binary("b")]})
