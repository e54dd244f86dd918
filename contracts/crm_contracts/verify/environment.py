"""The environment of the processes that are started here."""

from __future__ import annotations

import os
from pathlib import Path

import crm_contracts
import crm_mocks


def environment(**more: str) -> dict[str, str]:
    """Return this process' environment with both packages to be found, and no proxies: they are not for loopback.

    Args:
        more: further variables.
    """
    folders = dict.fromkeys(str(Path(module.__path__[0]).parent) for module in (crm_mocks, crm_contracts))
    found = os.pathsep.join((*folders, *filter(None, [os.environ.get("PYTHONPATH", "")])))
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**kept, "PYTHONPATH": found, **more}
