"""Records that users supply, held to the schemas of the vendor."""

from __future__ import annotations

import pytest

from crm_mocks.vendor import Vendor


class StrictVendor(Vendor):
    def __init__(self, toy):
        self.name, self.contract_file = toy.name, toy.contract_file

    def record_schemas(self):
        return {"contacts": {"required": ["email"], "properties": {"born": {"type": "string", "format": "date"}}}}


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ({}, "is invalid: member 'email' is required"),
        ({"email": "x", "born": 1}, "is invalid: born must be of type string, is integer"),
        ({"email": "x", "born": "1990-12-10"}, ""),
        ({"email": ["anything"], "more": None}, ""),
    ],
)
def test_a_record_must_fit_the_schema_of_its_kind(toy_vendor, record, fault):
    assert StrictVendor(toy_vendor).record_fault("contacts", record) == fault


def test_a_kind_without_schema_accepts_any_record(toy_vendor):
    assert StrictVendor(toy_vendor).record_fault("companies", {"email": 1}) == ""
