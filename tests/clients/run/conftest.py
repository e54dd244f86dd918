"""Fixtures for tests of `crm-mocks run`."""

from __future__ import annotations

import pytest

from tests.server.connections import quiet_port


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens at."""
    return quiet_port()
