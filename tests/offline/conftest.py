"""Mocks in process, patched into `requests` and `httpx` for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_contracts.pytest_plugin.offline import Offline, OfflineMocks
from crm_contracts.pytest_plugin.options import Options

BASE = "https://api.crm.example"
PATH = "/v1/leads/config"
KEY = {"x-api-key": "demo-key"}


@pytest.fixture(scope="session")
def offline() -> Iterator[Offline]:
    made = Offline(Options(1, None, None, (), (), (), None, None, {}))
    yield made
    made.close()


@pytest.fixture
def mocks(offline: Offline, request: pytest.FixtureRequest) -> Iterator[OfflineMocks]:
    """Mocks in a session of the test's own; `BASE` is the base URL of one CRM."""
    made = offline.open(f"test-{abs(hash(request.node.nodeid))}", [])
    made.config_api.at(BASE)
    with made.patched():
        yield made
    made.close()
