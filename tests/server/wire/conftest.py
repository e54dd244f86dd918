"""One server for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import LOOPS, serving_toy


@pytest.fixture(scope="package", params=LOOPS)
def mocks(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
    with serving_toy(toy_vendor, request.param) as served:
        yield served
