"""`crm-mocks list`."""

from __future__ import annotations

import json

from crm_mocks.vendor import load_vendor, vendor_names
from tests.server.serving import any_vendor, run


def test_every_vendor_operation_and_outcome_is_listed() -> None:
    listed = json.loads(run("list", "--json").stdout)["vendors"]
    for name, vendor in zip(vendor_names(), listed, strict=True):
        loaded = load_vendor(name)
        contract = loaded.contract_file.in_force(loaded.settings_type())
        found = {(o["id"], each["name"], each["status"]) for o in vendor["operations"] for each in o["outcomes"]}
        operations = contract.operations.values()
        assert found == {(o.key, each.name, each.status) for o in operations for each in o.outcomes.values()}


def test_only_the_named_vendors_are_listed() -> None:
    assert [each["name"] for each in json.loads(run("list", any_vendor(), "--json").stdout)["vendors"]] == [
        any_vendor()
    ]


def test_piped_output_has_no_colours() -> None:
    shown = run("list", any_vendor()).stdout
    assert f"  {any_vendor()}." in shown
    assert "200  " in shown
    assert "\x1b" not in shown
