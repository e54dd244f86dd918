"""Media types of bodies."""

from __future__ import annotations

import pytest

from crm_contracts.diff import compare


def _document(content):
    operation = {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}
    return {"openapi": "3.0.3", "paths": {"/a": {"post": operation}}}


def test_a_media_type_without_schema_is_the_same_as_itself():
    document = _document({"application/json": {}})
    assert compare(document, document).changes == ()


@pytest.mark.parametrize("name", ["application/*", "*/*"])
def test_a_media_type_without_schema_belongs_to_a_range(name):
    changes = compare(_document({"application/json": {}}), _document({name: {}})).changes
    assert {change.rule for change in changes} == {"media-type-added"}
