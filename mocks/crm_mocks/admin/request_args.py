"""What a control request asks: its query, its JSON body, its session. For views, those of plug-ins too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from crm_mocks.admin.names import BASE_URL_HEADER, SESSION_HEADER
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import can_be_written, text
from crm_mocks.parsing.media_types import ContentType, Unreadable, decode
from crm_mocks.state.session_registry import DEFAULT_SESSION


def arguments() -> dict[str, str]:
    """Return the query's parameters; of repeated ones, the first."""
    return request.args.to_dict()


def json_body() -> Any:
    """Return the request's JSON body, `None` where there is none.

    Raises:
        UsageError: it is not JSON, or nested too deeply to be written out again.
    """
    raw = request.get_data()
    if not raw:
        return None
    try:
        value = decode(raw, ContentType("application/json"))
    except Unreadable as error:
        raise UsageError(str(error)) from None
    if not can_be_written(value):
        raise UsageError("the body is nested too deeply")
    return value


def json_object() -> dict[str, Any]:
    """Return the request's JSON body, which must be an object; without a body, an empty one.

    Raises:
        UsageError: it is something else.
    """
    value = json_body()
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError("the body must be a JSON object")
    return value


def implied_session() -> str | None:
    """Return the session that the request belongs to by header or port, or `None`."""
    return request.headers.get(SESSION_HEADER)


def session_name(values: Mapping[str, Any]) -> str:
    """Return the session that a query or body names, else the request's own, else the default one."""
    return text(values, "session") or implied_session() or DEFAULT_SESSION


def base_url() -> str:
    """Return the server's URL as the client wrote it, without a slash at the end."""
    return request.headers[BASE_URL_HEADER]
