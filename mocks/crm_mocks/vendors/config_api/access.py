"""Who may do what: the API key and its scopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.config_api.errors import KEY_HEADER, ConfigApiRefusal, RefusalCause, permissions, text

_HEADER: Final = ("header", KEY_HEADER)


async def check(context: RequestContext, key: str) -> str:
    """Check an API key, and that it has the scopes of the operation, if the request is for one.

    Returns:
        The key, under which requests are counted.

    Raises:
        ConfigApiRefusal: 401 for an empty or unknown key, 403 for a scope that it lacks (facts; position
            config-api-keys).
    """
    if context.dry_run:
        key = key.partition("+mock-")[0]  # a magic word behind a good key leaves it good
    record = await context.records.get("api_keys", key) if key else None
    if record is None:
        outcome = "key_unknown" if key else "key_missing"
        raise ConfigApiRefusal(context, RefusalCause(outcome, _HEADER, (text(KEY_HEADER),)))
    wanted = context.operation.scopes if context.operation else ()
    lacking = [scope for scope in wanted if scope not in record.get("scopes", ())]
    if lacking:
        raise ConfigApiRefusal(context, RefusalCause("permission_denied", _HEADER, (permissions(lacking),)))
    return key


def key_fault(record: Mapping[str, Any]) -> str:
    """Say what is wrong with an API key of the user's, for a sentence that begins with the record, if anything is."""
    scopes = record.get("scopes", [])
    fits = isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)
    return "" if fits else "has no list of texts as 'scopes'"
