"""Routes that the gateway serves on the event loop itself, since tests call them all the time.

Flask, with a thread for each request, takes ten times as long. Flask has the same routes, for all it does with routes:
404, 405, `OPTIONS`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from crm_mocks.asgi.problem_json import MEDIA_TYPE, problem
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import is_serializable
from crm_mocks.parsing.media_types import ContentType, Unreadable, decode

if TYPE_CHECKING:
    from flask import Flask, Response

log = logging.getLogger("crm_mocks")


@dataclass(frozen=True)
class ControlRequest:
    """A request to the control API.

    Attributes:
        arguments: query parameters; the first value of repeated ones.
        body: the body.
        session: session of the request by header or port, or `None`.
        base_url: the server's URL as the client addressed it, without trailing slash.
    """

    arguments: Mapping[str, str]
    body: bytes
    session: str | None
    base_url: str

    def json_object(self) -> dict[str, Any]:
        """Return the JSON object in the body; an empty object if there is no body.

        Raises:
            UsageError: the body is not a JSON object.
        """
        value = read_json(self.body)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise UsageError("the body must be a JSON object")
        return value


@dataclass(frozen=True)
class ControlResponse:
    """A JSON response of the control API; a problem document if the status is 400 or above."""

    document: dict[str, Any]
    status: int = 200

    @classmethod
    def problem(cls, status: int, detail: str) -> ControlResponse:
        """Return a problem document with an explanation for people."""
        return cls(problem(status, detail), status)

    @property
    def media_type(self) -> str:
        """Media type of the body."""
        return MEDIA_TYPE if self.status >= 400 else "application/json"

    @property
    def body(self) -> bytes:
        """The body."""
        return orjson.dumps(self.document)


DirectRoute = Callable[[ControlRequest], Awaitable[ControlResponse]]
"""Serves the requests of a route on the event loop; must not block. A `UsageError` becomes a 400."""

DirectRoutes = dict[tuple[str, str], DirectRoute]
"""Routes by method and path."""


async def serve(route: DirectRoute, request: ControlRequest) -> ControlResponse:
    """Return the response of a route, also if it raises."""
    try:
        return await route(request)
    except UsageError as error:
        return ControlResponse.problem(400, str(error))
    except Exception:
        log.exception("the control API failed")
        return ControlResponse.problem(500, "the control API failed: see the log")


def query_arguments(query: str) -> dict[str, str]:
    """Return the parameters of a query; the first value of repeated ones."""
    return dict(reversed(parse_qsl(query, keep_blank_values=True))) if query else {}


def read_json(raw: bytes) -> Any:
    """Return the value of a JSON body, or `None` if it is empty.

    Raises:
        UsageError: the body is not JSON, or nested too deeply to be serialized again.
    """
    if not raw:
        return None
    try:
        value = decode(raw, ContentType("application/json"))
    except Unreadable as error:
        raise UsageError(str(error)) from None
    if not is_serializable(value):
        raise UsageError("the body is nested too deeply")
    return value


def add_to_flask(app: Flask, routes: DirectRoutes) -> None:
    """Add routes to a Flask application."""
    for (method, path), route in routes.items():
        app.add_url_rule(path, f"direct {method} {path}", _view(route), methods=[method])


def _view(route: DirectRoute) -> Callable[[], Awaitable[Response]]:
    async def view() -> Response:
        from flask import Response, request

        from crm_mocks.admin.request_args import arguments, base_url, implied_session

        response = await serve(route, ControlRequest(arguments(), request.get_data(), implied_session(), base_url()))
        return Response(response.body, response.status, content_type=response.media_type)

    return view
