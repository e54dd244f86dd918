"""Requests of a client, and the list of them on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from crm_mocks.server.thread import Mocks

KEY = {"x-api-key": "demo-key"}
LEAD = {"leadCustomer": {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}}
PARTS = ("requests", "queue", "operations", "records", "sessions", "verdict")

OpenPage = Callable[..., Any]


def create(mocks: Mocks, body: Any = LEAD, prefix: str = "") -> httpx.Response:
    return httpx.post(f"{mocks.url}{prefix}/v1/leads/create", json=body, headers=KEY)


def broken(lastname: Any = 7) -> Any:
    return {"leadCustomer": {**LEAD["leadCustomer"], "lastname": lastname}}


def rows(page: Any) -> Any:
    return page.locator("button.request")


def expect_rows(page: Any, count: int) -> None:
    page.wait_for_function("count => document.querySelectorAll('button.request').length === count", arg=count)
