"""What the mock says about a supplied contract."""

from __future__ import annotations

from pathlib import Path

from crm_mocks.vendor import create_generic_vendor
from crm_mocks.vendor_sources import NamedContract
from tests.vendor_registry.samples import CONTRACT


def test_the_home_page_shows_what_was_recognised_and_what_is_not_served(api) -> None:
    about = (
        api(create_generic_vendor(NamedContract("their_crm", Path(CONTRACT)))).get("/").json()["vendors"]["their_crm"]
    )
    assert any("/contacts" in line for line in about["recognised"])
    assert about["unserved"] == []
