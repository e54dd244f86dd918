"""Read OpenAPI documents from files and from servers on this machine."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.recordings.compression import Undecodable, content_codings, decompress
from crm_mocks.asgi.loopback import is_loopback
from crm_mocks.errors import DuplicateKeyError, UsageError
from crm_mocks.files.reading import MAX_BYTES, read_bytes
from crm_mocks.files.yaml_values import YamlProblem
from crm_mocks.parsing.user_files import parse_data

_OPENAPI_VERSION: Final = re.compile(r"3\.[01](\.|$)")
_MAX_VALUES: Final = 2_000_000
"""Maximum number of values with YAML aliases expanded, since a few bytes can expand beyond memory."""
_MAX_DEPTH: Final = 200
_SECONDS: Final = 30.0
"""Timeout for the whole response of a server."""


def read_contract_file(path: Path) -> Mapping[str, Any]:
    """Read a contract from a YAML or JSON file.

    Raises:
        UsageError: the file cannot be read, or is not an OpenAPI document.
    """
    try:
        raw = read_bytes(path)
    except OSError as error:
        raise UsageError(f"cannot read the contract {path}: {error.strerror}") from None
    return parse_contract(raw, str(path))


def fetch_contract(url: str) -> Mapping[str, Any]:
    """Fetch a contract from a server on this machine, such as the mocks' `/openapi/<vendor>.json`.

    Raises:
        UsageError: the host is another machine, it does not respond, or the response is not an OpenAPI document.
    """
    import httpx

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not is_loopback(host):
        raise UsageError(f"{url} is not on this machine: download the contract and pass the file")
    try:
        raw = asyncio.run(_body_of(url))
    except TimeoutError:
        raise UsageError(f"{url} did not send its contract within {_SECONDS:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UsageError(f"cannot read the contract {url}: {error or type(error).__name__}") from None
    except Undecodable as error:
        raise UsageError(f"cannot read the contract {url}: the body {error}") from None
    return parse_contract(raw, url)


async def _body_of(url: str) -> bytes:
    """Return the decompressed body of a response, or its beginning if it is too large for a contract.

    Raises:
        TimeoutError: the response takes too long.
        httpx.HTTPError: there is none.
        Undecodable: the body cannot be decompressed.
    """
    import httpx

    raw = bytearray()
    async with (
        asyncio.timeout(_SECONDS),
        httpx.AsyncClient(trust_env=False, timeout=None, verify=False) as client,  # noqa: S501, S113  # loopback only; above
        client.stream("GET", url) as response,
    ):
        if response.status_code != 200:
            raise UsageError(f"{url} responds with {response.status_code}, not with a contract")
        async for part in response.aiter_raw():
            raw += part
            if len(raw) > MAX_BYTES:
                return bytes(raw)
    return decompress(bytes(raw), content_codings(tuple(response.headers.items())), MAX_BYTES)


def parse_contract(raw: bytes, name: str) -> Mapping[str, Any]:
    """Parse an OpenAPI document in YAML or JSON; all keys become strings.

    Args:
        raw: the document.
        name: name of the document for error messages.

    Raises:
        UsageError: it is not an OpenAPI document, too large, or has a key twice.
    """
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{name} is larger than {MAX_BYTES // 2**20} MB: that is no contract")
    try:
        document = _DocumentCopy(name).of(parse_data(raw))
    except DuplicateKeyError as error:
        raise UsageError(f"{name}: {error}") from None
    except YamlProblem as error:
        raise UsageError(f"{name} is neither YAML nor JSON: {error.with_line}") from None
    except ValueError:  # an integer with thousands of digits
        raise UsageError(f"{name} has a number that JSON does not have") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply to be a contract") from None
    version = document.get("openapi") if isinstance(document, dict) else None
    if not _OPENAPI_VERSION.match(str(version)):
        raise UsageError(f"{name} is not an OpenAPI document of version 3.0 or 3.1")
    return _as_mapping(document)


def _as_mapping(document: Any) -> Mapping[str, Any]:
    assert isinstance(document, dict)  # it has a member
    return document


class _DocumentCopy:
    """Copies a document, counting its values."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values = 0

    def of(self, node: Any, depth: int = 0) -> Any:
        """Return a copy of a node.

        Raises:
            UsageError: the document is too large, nested too deeply, or has values that JSON does not have.
        """
        self.values += 1
        if depth > _MAX_DEPTH:
            raise UsageError(f"{self.name} is nested too deeply to be a contract")
        if self.values > _MAX_VALUES:
            raise UsageError(f"{self.name} has more than {_MAX_VALUES} values: that is no contract")
        if isinstance(node, dict):
            return {key: self.of(value, depth + 1) for key, value in node.items()}
        if isinstance(node, list):
            return [self.of(value, depth + 1) for value in node]
        if node is None or isinstance(node, str | int) or (isinstance(node, float) and math.isfinite(node)):
            return node
        raise UsageError(f"{self.name} has a value that JSON does not have: {str(node)[:40]}")
