"""Answers of the control API. For views, those of plug-ins too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Response

from crm_mocks.asgi.problem_json import MEDIA_TYPE, problem, problem_bytes


def json_response(value: Any, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(orjson.dumps(value), status, content_type="application/json")


def problem_response(status: int, detail: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return a problem+json answer.

    Args:
        status: HTTP status.
        detail: one sentence for the reader.
        headers: further headers.
    """
    _, body = problem_bytes(problem(status, detail))
    response = Response(body, status, content_type=MEDIA_TYPE)
    response.headers.extend(headers)
    return response
