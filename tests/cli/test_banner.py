"""The banner of `serve`: no value is broken, so that a double click copies it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

import crm_mocks
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.cli.banner import banner
from crm_mocks.vendor import Vendor
from crm_mocks.vendor_sources import NamedContract

LONG = "https://mocks.integration.a-long-name-of-a-department.example.com:8443/base/path/of/the/mocks"
IPV6 = "http://[2001:db8:85a3:8d3:1319:8a2e:370:7348]:65535"


@dataclass
class _Served:
    """What a banner reads of a `PreparedServer`."""

    url: str
    mock_app: MockApp
    admin_token: str | None = None
    is_token_generated: bool = True
    ca_file: str | None = None
    application: Any = field(init=False)

    def __post_init__(self) -> None:
        access = SimpleNamespace(new_link=lambda url: f"{url}/__admin/ui/open?key={'k' * 43}")
        self.application = SimpleNamespace(mock_app=self.mock_app, page_access=access)


@pytest.fixture(scope="module")
def mock_app() -> MockApp:
    return crm_mocks.create_app().mock_app


def _shown(served: _Served, width: int) -> list[str]:
    return click.unstyle(banner(served, seed=7, width=width, workers=2)).splitlines()  # type: ignore[arg-type]  # see _Served


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("url", ["http://127.0.0.1:4010", LONG, IPV6])
def test_no_value_is_broken(url: str, width: int, mock_app: MockApp) -> None:
    token, file = "t" * 90, "/tmp/a folder with spaces/" + "f" * 60 + ".pem"
    shown = _shown(_Served(url, mock_app, token, ca_file=file), width)
    lines = [line.strip() for line in shown]
    assert any(line.endswith(f"{url}/__admin/health") for line in lines)
    assert any(line.endswith(f"{url}/__admin/ui/open?key={'k' * 43}") for line in lines)
    assert any(line.endswith(token) for line in lines)
    assert any(line.endswith(file) for line in lines)
    for name, vendor in mock_app.vendors.items():
        assert f"{url}/openapi/{name}.json" in " ".join(lines).split()
        for key, value in vendor.credentials.items():
            assert any(f"{key}: {value}" in line for line in lines)
        for operation in mock_app.contracts[name].operations.values():
            assert any(line.endswith(operation.path) for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_the_terminal(width: int, mock_app: MockApp) -> None:
    shown = _shown(_Served("http://127.0.0.1:4010", mock_app), width)
    assert all(len(line) <= width or "/rest/v2/" in line for line in shown)
    assert not [line for line in shown if line != line.rstrip()]


def test_endpoints_have_the_url_where_it_fits(mock_app: MockApp) -> None:
    served = _Served("http://127.0.0.1:4010", mock_app)
    assert any(line.endswith("POST http://127.0.0.1:4010/v1/leads/create") for line in _shown(served, 80))
    assert any(line.endswith("POST /v1/leads/create") for line in _shown(served, 40))


def test_lines_of_a_vendor_are_beside_its_name_unless_the_terminal_is_narrow(mock_app: MockApp) -> None:
    served = _Served("http://127.0.0.1:4010", mock_app)
    assert any(re.match(r"config_api   GET ", line) for line in _shown(served, 80))
    assert "config_api" in _shown(served, 40)


def test_the_command_for_examples_can_be_pasted(mock_app: MockApp) -> None:
    first = next(iter(mock_app.vendors))
    assert f"try             crm-mocks examples {first}" in _shown(_Served("http://127.0.0.1:4010", mock_app), 80)
    assert f"try             crm-mocks examples {first} --url {LONG}" in _shown(_Served(LONG, mock_app), 200)


def test_the_command_for_examples_names_the_users_own_contract_by_its_file(
    toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = NamedContract("toy", Path.cwd() / "my contracts" / "toy.yaml")
    monkeypatch.setattr("crm_mocks.cli.banner.supplied_contracts", lambda: (toy,))
    shown = _shown(_Served("http://127.0.0.1:4010", crm_mocks.create_app([toy_vendor]).mock_app), 80)
    assert "try             crm-mocks examples 'my contracts/toy.yaml'" in shown


def test_many_vendors_are_shown(toy_vendor: Vendor) -> None:
    app = crm_mocks.create_app([toy_vendor]).mock_app
    app.vendors = {f"toy{number:03}": app.vendors["toy"] for number in range(60)}
    shown = _shown(_Served("http://127.0.0.1:4010", app), 80)
    assert sum(line.startswith("toy0") for line in shown) == 60
