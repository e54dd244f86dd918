"""Vendors of the user in the processes that commands start."""

from __future__ import annotations

import shlex
from pathlib import Path

from crm_contracts.clients.fuzz.generated_test_run import _vendor_settings
from crm_contracts.providers.verify.subprocess_task import VARIABLE, Task
from crm_mocks.vendor_sources import VendorSources


def test_a_generated_test_gets_the_contracts_of_the_campaign(folder: Path) -> None:
    option, value = _vendor_settings(VendorSources.parse(["crm=their-crm.yaml", "leadbank"]))
    assert (option, shlex.split(value.removeprefix("crm_mocks_contracts="))) == (
        "-o",
        [f"crm={folder / 'their-crm.yaml'}", "leadbank"],
    )


def test_schemathesis_gets_the_contracts_of_the_command(folder: Path, monkeypatch) -> None:
    sources = VendorSources.parse(["their-crm.yaml"], [folder])
    task = Task("their_crm", "http://127.0.0.1:1", {}, "counts", "log", vendor_sources=sources.as_json())
    task.write(folder / "task.json")
    monkeypatch.setenv(VARIABLE, str(folder / "task.json"))
    assert VendorSources.from_json(Task.from_environment().vendor_sources or {}) == sources


def test_a_server_gets_the_contracts_as_options(folder: Path) -> None:
    sources = VendorSources.parse(["their-crm.yaml@/v2"], [folder], stateless=True)
    assert sources.arguments() == [
        "--vendor-dir", str(folder), "--contract", f"their_crm={folder / 'their-crm.yaml'}@/v2", "--stateless",
    ]  # fmt: skip
