"""Proxies of the environment, which must not catch requests to the mocks."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from crm_contracts.clients.environment import without_proxy


def bypass() -> Callable[[], None]:
    """Have HTTP libraries reach loopback addresses directly; return what restores the environment."""
    patch = pytest.MonkeyPatch()
    for name, hosts in without_proxy(os.environ).items():
        patch.setenv(name, hosts)
    return patch.undo
