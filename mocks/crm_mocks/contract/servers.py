"""Base paths of servers."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote, urlsplit

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def base_path(servers: Any) -> str:
    """Return the path of the first server, without trailing slash; empty if it has none.

    Example:
        >>> base_path([{"url": "https://{host}/{version}/", "variables": {"version": {"default": "v2"}}}])
        '/v2'
    """
    server = servers[0] if isinstance(servers, list) and servers else {}
    url = server.get("url") if isinstance(server, dict) else None
    if not isinstance(url, str):
        return ""
    variables = server.get("variables")
    variables = variables if isinstance(variables, dict) else {}
    filled = _VARIABLE.sub(lambda found: _value(found[1], variables.get(found[1])), url)
    try:
        path = urlsplit(filled if "://" in filled or filled.startswith("/") else f"/{filled}").path
    except ValueError:  # brackets that are no IPv6 address
        return ""
    return unquote(re.sub("/{2,}", "/", path)).rstrip("/")


def _value(name: str, variable: Any) -> str:
    """Return the default of a server variable, else its first value, else its name."""
    variable = variable if isinstance(variable, dict) else {}
    values = variable.get("enum")
    first = values[0] if isinstance(values, list) and values else name
    return str(variable.get("default", first))
