"""All tests of `crm-mocks verify` have schemathesis start at once."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _quick_schemathesis(quick_python: None) -> None:
    """See `quick_python`."""
