"""The environment of the processes that are started here."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import crm_contracts
import crm_mocks


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


def is_loopback(url: str) -> bool:
    """Tell whether a URL is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
