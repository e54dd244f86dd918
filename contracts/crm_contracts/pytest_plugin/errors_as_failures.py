"""Errors of the mocks as failures of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crm_mocks.errors import CrmMocksError


@contextmanager
def failing_on_errors() -> Iterator[None]:
    """Fail the test with a one-line message, since a traceback through the plugin does not help users."""
    try:
        yield
    except CrmMocksError as error:
        raise pytest.fail.Exception(f"crm-mocks: {error}", pytrace=False) from None
