"""Fixtures: small contracts served in process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api
from tests.generic.small_crm import SMALL, vendor


@pytest.fixture
def serve(api: Callable[..., Api]) -> Callable[..., Api]:
    """Serve a document, with `stateless` and the options of `Api`."""

    def make(document: dict[str, Any], *, stateless: bool = False, **options: Any) -> Api:
        return api(vendor(document, stateless=stateless), **options)

    return make


@pytest.fixture
def small(serve: Callable[..., Api]) -> Api:
    """The small CRM."""
    return serve(SMALL)
