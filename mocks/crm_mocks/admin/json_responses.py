"""Responses of the control API, for its views and for plug-ins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Response

from crm_mocks.asgi.problems import MEDIA_TYPE, problem, problem_bytes


def json_response(value: Any, status: int = 200) -> Response:
    """Return a JSON response."""
    return Response(orjson.dumps(value), status, content_type="application/json")


def problem_response(status: int, detail: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return an `application/problem+json` response.

    Args:
        status: HTTP status.
        detail: explanation for people.
        headers: additional headers.
    """
    _, body = problem_bytes(problem(status, detail))
    response = Response(body, status, content_type=MEDIA_TYPE)
    response.headers.extend(headers)
    return response
