"""The environment of the processes that are started here."""

from __future__ import annotations

import os
from pathlib import Path

import crm_contracts
import crm_mocks
from crm_contracts.providers.verify.address import is_loopback


def environment(url: str, **more: str) -> dict[str, str]:
    """Return this process' environment with both packages to be found, and no proxies where they are not for the URL.

    Args:
        url: that the process sends to.
        more: further variables.
    """
    folders = dict.fromkeys(str(Path(module.__path__[0]).parent) for module in (crm_mocks, crm_contracts))
    found = os.pathsep.join((*folders, *filter(None, [os.environ.get("PYTHONPATH", "")])))
    near = is_loopback(url)
    kept = {name: value for name, value in os.environ.items() if not (near and name.lower().endswith("_proxy"))}
    return {**kept, "PYTHONPATH": found, **more}
