"""Mocks in process, patched into `requests` and `httpx` for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer, OfflineSessionMocks
from crm_contracts.pytest_plugin.options import PluginOptions

BASE = "https://api.crm.example"
PATH = "/v1/leads/config"
KEY = {"x-api-key": "demo-key"}


@pytest.fixture(scope="session")
def offline() -> Iterator[OfflineServer]:
    made = OfflineServer(PluginOptions(seed=1))
    yield made
    made.close()


@pytest.fixture
def mocks(offline: OfflineServer, request: pytest.FixtureRequest) -> Iterator[OfflineSessionMocks]:
    """Mocks in a session of the test's own; `BASE` is the base URL of one CRM."""
    made = offline.open(f"test-{abs(hash(request.node.nodeid))}", [])
    made.config_api.at(BASE)
    with made.patched():
        yield made
    made.close()
