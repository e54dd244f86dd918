"""Formats of supplied contracts: the mock makes values that have them, and in OpenAPI 3.1 refuses others."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

import pytest

from crm_mocks.generic.values import make_value
from tests.supplied.documents import served, with_schema

WRONG: Final = {
    "date": "2026-02-30",
    "date-time": "2026-01-01T00:00:00",
    "duration": "",
    "email": "ada@",
    "hostname": "-a",
    "idn-email": "ada",
    "idn-hostname": "a..b",
    "ipv4": "01.1.1.1",
    "ipv6": "1.1.1.1",
    "iri": "\u00fc",
    "iri-reference": "a b",
    "json-pointer": "a",
    "regex": "(",
    "relative-json-pointer": "/a",
    "time": "12:00:00",
    "uri": "a",
    "uri-reference": "a b",
    "uri-template": "{a",
    "uuid": "2340b1cc",
}
"""A wrong value for each format of JSON Schema 2020-12, Validation, section 7.3."""

_OF_LATER_DRAFTS: Final = (
    "duration", "idn-hostname", "iri", "iri-reference", "json-pointer", "relative-json-pointer", "uri-reference",
    "uri-template",
)  # fmt: skip  # rows read better
"""Formats of which OpenAPI 3.0 (JSON Schema Wright 00) says nothing: there they are annotations."""


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("name", WRONG)
def test_a_value_made_for_a_format_has_it(tmp_path: Path, name: str, version: str) -> None:
    contract = served(tmp_path, with_schema(version, {"type": "string", "format": name}))
    body = contract.operations["createLead"].body
    assert body is not None
    media_type = body.media_types["application/json"]
    strict = served(tmp_path, with_schema("3.1.0", {"type": "string", "format": name})).operations["createLead"].body
    assert strict is not None
    made = [make_value(media_type.document, media_type.schema, lambda _, seed=seed: Random(seed)) for seed in range(5)]
    assert [each for each in made if not strict.media_types["application/json"].validator.is_valid(each)] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_contract_of_31_has_the_formats_of_json_schema_2020(tmp_path: Path, name: str) -> None:
    body = served(tmp_path, with_schema("3.1.0", {"type": "string", "format": name})).operations["createLead"].body
    assert body is not None
    validator = body.media_types["application/json"].validator
    assert not validator.is_valid(WRONG[name])
    assert [each.kind.name for each in validator.iter_errors(WRONG[name])] == ["format"]


@pytest.mark.parametrize("name", _OF_LATER_DRAFTS)
def test_a_format_of_later_drafts_is_free_in_a_contract_of_30(tmp_path: Path, name: str) -> None:
    body = served(tmp_path, with_schema("3.0.3", {"type": "string", "format": name})).operations["createLead"].body
    assert body is not None
    assert body.media_types["application/json"].validator.is_valid(WRONG[name])
