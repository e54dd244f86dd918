"""Environment of child processes."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import crm_contracts
import crm_mocks
from crm_mocks.asgi.loopback import is_loopback


def environment(url: str, **variables: str) -> dict[str, str]:
    """Return this process' environment with both packages on the import path, without proxies if the URL is loopback.

    Args:
        url: that the process sends to.
        variables: added to the environment.
    """
    folders = dict.fromkeys(str(Path(module.__path__[0]).parent) for module in (crm_mocks, crm_contracts))
    python_path = os.pathsep.join((*folders, *filter(None, [os.environ.get("PYTHONPATH", "")])))
    no_proxy = is_loopback(urlsplit(url).hostname or "")
    kept = {name: value for name, value in os.environ.items() if not (no_proxy and name.lower().endswith("_proxy"))}
    return {**kept, "PYTHONPATH": python_path, **variables}
