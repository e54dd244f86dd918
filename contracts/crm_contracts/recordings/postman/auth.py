"""Authorization of Postman collections: what Postman adds to requests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.recordings.postman.url import CollectionUrl
from crm_contracts.recordings.postman.variables import Variables
from crm_mocks.credential_names import REDACTED

_BEARER: Final = frozenset({"bearer", "oauth2", "jwt"})
_Headers = list[tuple[str, str]]


def add_credentials(
    auth: Any, headers: _Headers, url: CollectionUrl, variables: Variables
) -> tuple[_Headers, CollectionUrl]:
    """Return headers and URL with the credentials of the helper that a collection, folder or request has.

    Args:
        auth: the helper, such as `{"type": "bearer", "bearer": [...]}`.
        headers: headers of the request.
        url: URL of the request.
        variables: variables of the collection.
    """
    kind = auth.get("type") if isinstance(auth, Mapping) else None
    if not isinstance(kind, str) or kind == "noauth":
        return headers, url
    values = _values(auth.get(kind), variables)
    if kind == "apikey" and values.get("key"):
        name, value = values["key"], values.get("value") or REDACTED
        if values.get("in") == "query":
            return headers, url.with_query(name, value)
        return _with(headers, name, value), url
    if kind == "basic":
        pair = f"{values.get('username', '')}:{values.get('password', '')}"
        return _with(headers, "Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"), url
    if kind in _BEARER:
        token = values.get("token") or values.get("accessToken") or REDACTED
        if values.get("addTokenTo") == "queryParams":
            return headers, url.with_query("access_token", token)
        return _with(headers, "Authorization", f"{values.get('headerPrefix') or 'Bearer'} {token}"), url
    return headers, url


def _values(attributes: Any, variables: Variables) -> dict[str, str]:
    """Return the attributes of a helper: a list of pairs, or an object in version 2.0."""
    if isinstance(attributes, Mapping):
        pairs = list(attributes.items())
    else:
        items = attributes if isinstance(attributes, list) else []
        pairs = [(each.get("key"), each.get("value")) for each in items if isinstance(each, Mapping)]
    return {str(name): variables.fill(value).strip() for name, value in pairs if isinstance(value, str)}


def _with(headers: _Headers, name: str, value: str) -> _Headers:
    has_one = any(each.lower() == name.lower() for each, _ in headers)
    return headers if has_one else [*headers, (name, value)]
