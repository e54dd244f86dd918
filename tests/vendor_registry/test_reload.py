"""`--reload`: contracts are read again when their files change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_mocks.app import create_app
from crm_mocks.server import contract_reload
from crm_mocks.vendor_sources import VendorSources, activate, forget_sources
from tests.conftest import Api
from tests.vendor_registry.reloading import edited

KEY = {"X-Key": "demo-key"}


@pytest.fixture
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """A mock of the contract in the folder, whose files are polled often."""
    monkeypatch.setattr(contract_reload, "_POLL_SECONDS", 0.01)
    restore = forget_sources()
    activate(VendorSources.parse(["their-crm.yaml"]))
    api = Api(app=create_app(seed=1))
    yield api
    api.close()
    restore()


def test_a_changed_contract_is_served_and_sessions_stay(served: Api, folder: Path) -> None:
    created = served.post("/contacts", json={"email": "ada@example.com"}, headers=KEY).json()
    line = edited(served, folder / "their-crm.yaml", lambda text: text.replace("  /contacts:\n", "  /people:\n"))
    assert line.startswith("their_crm: the contract was read again: ")
    assert "breaking" in line
    assert served.get("/people", headers=KEY).status_code == 200
    assert served.get(f"/contacts/{created['id']}", headers=KEY).status_code == 200
    assert next(entry.path for entry in served.entries()) == "/contacts"


def test_a_stricter_contract_is_named_by_its_changes(served: Api, folder: Path) -> None:
    line = edited(
        served, folder / "their-crm.yaml", lambda text: text.replace("required: [email]", "required: [email, name]", 1)
    )
    assert "createContact" in line
    assert served.post("/contacts", json={"email": "ada@example.com"}, headers=KEY).status_code == 400


def test_the_contract_before_stays_in_force_if_the_new_one_does_not_load(served: Api, folder: Path) -> None:
    line = edited(served, folder / "their-crm.yaml", lambda text: text + "\n  - [")
    assert line.endswith("; the contract before stays in force")
    assert "their-crm.yaml, line " in line
    assert served.get("/contacts", headers=KEY).status_code == 200


def test_without_the_kit_the_line_says_only_that_the_contract_was_read(
    served: Api, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract_reload, "entry_points", lambda **_: ())
    line = edited(served, folder / "their-crm.yaml", lambda text: text.replace("maxLength: 80", "maxLength: 8"))
    assert line == "their_crm: the contract was read again"
