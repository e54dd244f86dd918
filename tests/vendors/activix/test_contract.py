"""The contract is right for tools that read the file as it is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.contract.schema import FORMATS
from crm_mocks.vendors.activix.settings import ActivixSettings
from tests.contract.test_formats import INVALID, VALID

PUBLISHED: dict[str, Any] = ContractFile("activix").in_force(ActivixSettings()).published()
SCHEMAS = PUBLISHED["components"]["schemas"]
DATE_TIME = SCHEMAS["DateTime"]


def is_of_pattern(text: str) -> bool:
    return re.search(DATE_TIME["pattern"].replace("$", r"\Z"), text, re.ASCII) is not None


@pytest.mark.parametrize("text", [*INVALID["date-time-or-empty"], *VALID["date-time-or-empty"], "0000-01-01T00:00:00Z"])
def test_the_pattern_of_date_times_is_their_format(text: str) -> None:
    assert is_of_pattern(text) is FORMATS[DATE_TIME["format"]](text)


def test_the_pattern_of_date_times_knows_the_calendar() -> None:
    days = {
        f"{year:04}-{month:02}-{day:02}T00:00:00Z"
        for year in (1, 4, 1900, 2000, 2018, 2024, 9999)
        for month in range(14)
        for day in range(33)
    }
    assert {day for day in days if is_of_pattern(day)} == {day for day in days if FORMATS[DATE_TIME["format"]](day)}


def test_every_date_time_is_of_the_same_schema() -> None:
    named = {
        f"{schema}.{name}": node.get("allOf")
        for schema, holder in SCHEMAS.items()
        for name, node in holder.get("properties", {}).items()
        if name.endswith(("_at", "_date")) and name != "birth_date"
    }
    assert len(named) == 40
    assert all(parts == [{"$ref": "#/components/schemas/DateTime"}] for parts in named.values()), named


def test_the_push_document_is_quoted_on_the_responses_to_handle() -> None:
    words = "All the responses in the example **must** be handled"
    operation = PUBLISHED["paths"]["/activix/leads"]["post"]
    assert words in " ".join(operation["description"].split())
    assert {"200", "422", "500"} <= operation["responses"].keys()
