"""Proxies of the environment, which must not catch requests to the mocks."""

from __future__ import annotations

import os
from collections.abc import Callable
from unittest import mock

from crm_contracts.clients.environment import without_proxy


def bypass() -> Callable[[], None]:
    """Have HTTP libraries reach loopback addresses directly; return what restores the environment."""
    patch = mock.patch.dict(os.environ, without_proxy(os.environ))
    patch.start()
    return lambda: patch.stop()
