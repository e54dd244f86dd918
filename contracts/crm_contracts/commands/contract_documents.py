"""Reading OpenAPI documents that may be anything: files, and contracts that a server on this machine gives."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from crm_mocks.asgi.loopback import is_loopback
from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import UsageError

_VERSION: Final = re.compile(r"3\.[01](\.|$)")
_BYTES: Final = 64 * 2**20
_VALUES: Final = 2_000_000
"""Values of a document, aliases of YAML taken apart: a few bytes of them can stand for more than there is memory."""
_DEPTH: Final = 200
_SECONDS: Final = 10.0
"""Time that a server has for each part of its answer."""
_ALL_SECONDS: Final = 30.0
"""Time that it has for all of it."""


def of_file(path: Path) -> Mapping[str, Any]:
    """Return the document that a file holds, in YAML or JSON.

    Raises:
        UsageError: it cannot be read, or is no OpenAPI document.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the contract {path}: {getattr(error, 'strerror', None) or error}") from None
    return of_bytes(raw, str(path))


def of_url(url: str) -> Mapping[str, Any]:
    """Return the document that a server on this machine gives, as the mocks do at `/openapi/<vendor>.json`.

    Raises:
        UsageError: the host is another machine, it does not answer, or gives something else.
    """
    import httpx

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not is_loopback(host):
        raise UsageError(f"{url} is not on this machine: download the contract, and name the file")
    try:
        with (
            httpx.Client(trust_env=False, timeout=_SECONDS, verify=False) as client,  # noqa: S501  # loopback: no one between
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != 200:
                raise UsageError(f"{url} answers {answer.status_code}: it gives no contract")
            raw, end = b"", time.monotonic() + _ALL_SECONDS
            for part in answer.iter_bytes():
                raw += part
                if time.monotonic() > end:
                    raise UsageError(f"{url} has not given its contract within {_ALL_SECONDS:g} s")
                if len(raw) > _BYTES:
                    break
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UsageError(f"cannot read the contract {url}: {error or type(error).__name__}") from None
    return of_bytes(raw, url)


def of_bytes(raw: bytes, name: str) -> Mapping[str, Any]:
    """Return an OpenAPI document, written in YAML or JSON, with texts as keys throughout.

    Args:
        raw: the document.
        name: for messages.

    Raises:
        UsageError: it is none, or too large to be one.
    """
    if len(raw) > _BYTES:
        raise UsageError(f"{name} is larger than {_BYTES // 2**20} MB: that is no contract")
    try:
        document = _Copy(name).of(load_yaml(raw))
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        raise UsageError(f"{name} is neither YAML nor JSON: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply to be a contract") from None
    version = document.get("openapi") if isinstance(document, dict) else None
    if not _VERSION.match(str(version)):
        raise UsageError(f"{name} is not an OpenAPI document of version 3.0 or 3.1")
    return _as_mapping(document)


def _as_mapping(document: Any) -> Mapping[str, Any]:
    assert isinstance(document, dict)  # it has a member
    return document


class _Copy:
    """Copies a document, and counts its values."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values = 0

    def of(self, node: Any, depth: int = 0) -> Any:
        """Return the copy of a node, with texts as keys.

        Raises:
            UsageError: there is too much of it, or it is not JSON's.
        """
        self.values += 1
        if depth > _DEPTH:
            raise UsageError(f"{self.name} is nested too deeply to be a contract")
        if self.values > _VALUES:
            raise UsageError(f"{self.name} has more than {_VALUES} values: that is no contract")
        if isinstance(node, dict):
            return {_key(key): self.of(value, depth + 1) for key, value in node.items()}
        if isinstance(node, list):
            return [self.of(value, depth + 1) for value in node]
        if node is None or isinstance(node, str | int) or (isinstance(node, float) and math.isfinite(node)):
            return node
        raise UsageError(f"{self.name} has a value that JSON does not have: {str(node)[:40]}")


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
