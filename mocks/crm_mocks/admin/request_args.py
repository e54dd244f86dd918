"""Arguments of a control request (query, JSON body, session), for the views and for plug-ins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from crm_mocks.admin.direct_routes import read_json, read_json_object
from crm_mocks.admin.wsgi_scope import BASE_URL_HEADER
from crm_mocks.asgi.session_name import SESSION_HEADER
from crm_mocks.parsing.json_members import string
from crm_mocks.state.session_registry import DEFAULT_SESSION


def arguments() -> dict[str, str]:
    """Return the query parameters; the first value of repeated ones."""
    return request.args.to_dict()


def json_body() -> Any:
    """Return the JSON body of the request, or `None` if it is empty.

    Raises:
        UsageError: the body is not JSON, or nested too deeply to be serialized again.
    """
    return read_json(request.get_data())


def json_object() -> dict[str, Any]:
    """Return the JSON object in the body of the request; an empty object if there is no body.

    Raises:
        UsageError: the body is not a JSON object.
    """
    return read_json_object(request.get_data())


def implied_session() -> str | None:
    """Return the session of the request by header or port, or `None`."""
    return request.headers.get(SESSION_HEADER.decode())


def session_name(values: Mapping[str, Any]) -> str:
    """Return the session named by a query or body, else the session of the request, else the default session."""
    return string(values, "session") or implied_session() or DEFAULT_SESSION


def base_url() -> str:
    """Return the server's URL as the client addressed it, without trailing slash."""
    return request.headers[BASE_URL_HEADER]
