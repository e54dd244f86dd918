"""API keys and their scopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.config_api.errors import KEY_HEADER, ConfigApiRefusal, RefusalCause, permissions, text
from crm_mocks.vendors.config_api.fixtures import CATALOGUE

_NAMES: Final = ("x-api-key", "read_only_key", "write_only_key")
_HEADER: Final = ("header", KEY_HEADER)

DEMO: Final[Mapping[str, str]] = {name: each["key"] for name, each in zip(_NAMES, CATALOGUE["api_keys"], strict=True)}
"""The demo keys: the one for everything under the header's name, the others by what they permit."""

KEY_SCHEMA: Final[Mapping[str, Any]] = {"properties": {"scopes": {"type": "array", "items": {"type": "string"}}}}
"""Schema of the records of API keys."""


async def check(context: RequestContext, key: str) -> str:
    """Check an API key, and its scopes if the request is for an operation.

    Returns:
        The key, under which requests are counted.

    Raises:
        ConfigApiRefusal: 401 for an empty or unknown key, 403 for a missing scope (facts; position config-api-keys).
    """
    if context.dry_run:
        key = key.partition("+mock-")[0]  # a magic word appended to a good key leaves it good
    record = await context.records.get("api_keys", key) if key else None
    if record is None:
        outcome = "key_unknown" if key else "key_missing"
        raise ConfigApiRefusal(context, RefusalCause(outcome, _HEADER, (text(KEY_HEADER),)))
    required, permitted = context.operation.scopes if context.operation else (), record.get("scopes", ())
    missing = [scope for scope in required if scope not in permitted]
    if missing:
        raise ConfigApiRefusal(context, RefusalCause("permission_denied", _HEADER, (permissions(missing),)))
    return key
