"""Routes that the gateway serves on the event loop itself, since tests call them all the time.

Flask, with a thread for each request, takes ten times as long, and is not loaded for them. Flask has the same routes,
for all it does with routes: 404, 405, `OPTIONS`.

Plug-ins add routes by the entry point group `crm_mocks.direct_routes`: each entry is called with the `MockApp` and
returns `DirectRoutes`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import msgspec
import orjson

from crm_mocks.admin.plug_ins import use_plug_ins
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.problems import MEDIA_TYPE, problem
from crm_mocks.asgi.transport import Scope
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import is_serializable, string
from crm_mocks.parsing.media_types import ContentType, Unreadable, decode
from crm_mocks.state.session_registry import DEFAULT_SESSION

if TYPE_CHECKING:
    from flask import Flask, Response

ENTRY_POINTS: Final = "crm_mocks.direct_routes"
log = logging.getLogger("crm_mocks")


class ControlRequest(msgspec.Struct, frozen=True):
    """A request to the control API.

    Attributes:
        query: the query, in ASCII.
        body: the body.
        session: session of the request by header or port, or `None`.
        base_url: the server's URL as the client addressed it, without trailing slash.
    """

    query: str
    body: bytes
    session: str | None
    base_url: str

    @property
    def arguments(self) -> dict[str, str]:
        """The query parameters; the first value of repeated ones."""
        return query_arguments(self.query)

    def values(self, name: str) -> list[str]:
        """Return all values of a query parameter."""
        return [value for each, value in parse_qsl(self.query, keep_blank_values=True) if each == name]

    def json_object(self) -> dict[str, Any]:
        """Return the JSON object in the body; an empty object if there is no body.

        Raises:
            UsageError: the body is not a JSON object.
        """
        return read_json_object(self.body)

    def session_name(self, values: Mapping[str, Any]) -> str:
        """Return the session named by the query or body, else that of the request, else the default session."""
        return string(values, "session") or self.session or DEFAULT_SESSION


class ControlResponse(msgspec.Struct, frozen=True):
    """A response of the control API.

    Attributes:
        body: the body, or its first piece.
        more: the other pieces, for a long body; `None` if there are none.
    """

    body: bytes
    status: int = 200
    media_type: str = "application/json"
    more: AsyncIterator[bytes] | None = None

    @classmethod
    def json(cls, value: Any, status: int = 200) -> ControlResponse:
        """Return a JSON value."""
        return cls(orjson.dumps(value), status)

    @classmethod
    async def of_pieces(cls, pieces: AsyncIterator[bytes]) -> ControlResponse:
        """Return a JSON document that is sent in pieces; a short one has one, and a length.

        Args:
            pieces: at least one; only the first two are taken now.
        """
        first = await anext(pieces)
        second = await anext(pieces, None)
        return cls(first) if second is None else cls(first, more=_chained(second, pieces))

    @classmethod
    def problem(cls, status: int, detail: str) -> ControlResponse:
        """Return a problem document with an explanation for people."""
        return cls(orjson.dumps(problem(status, detail)), status, MEDIA_TYPE)


DirectRoute = Callable[[ControlRequest], Awaitable[ControlResponse]]
"""Serves the requests of a route on the event loop; must not block. A `UsageError` becomes a 400."""

DirectRoutes = dict[tuple[str, str], DirectRoute]
"""Routes by method and path."""


def load_direct_routes(mock_app: MockApp) -> DirectRoutes:
    """Return the direct routes, including those of plug-ins."""
    from crm_mocks.admin import journal_routes, queue_routes, readiness_route, record_routes, session_routes

    routes = {
        path: route
        for module in (readiness_route, session_routes, queue_routes, journal_routes, record_routes)
        for path, route in module.routes(mock_app).items()
    }
    use_plug_ins(ENTRY_POINTS, "the control API plug-in", lambda plug_in: routes.update(plug_in(mock_app)))
    return routes


async def serve(route: DirectRoute, request: ControlRequest) -> ControlResponse:
    """Return the response of a route, also if it raises."""
    try:
        return await route(request)
    except UsageError as error:
        return ControlResponse.problem(400, str(error))
    except Exception:
        log.exception("the control API failed")
        return ControlResponse.problem(500, "the control API failed: see the log")


async def _chained(piece: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield piece
    async for other in others:
        yield other


def query_string(scope: Scope) -> str:
    """Return the query of a request in ASCII."""
    raw: bytes = scope.get("query_string", b"")
    return raw.decode("latin-1").encode("ascii", "replace").decode("ascii")


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


def read_json_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object in a body; an empty object if there is no body.

    Raises:
        UsageError: the body is not a JSON object.
    """
    value = read_json(raw)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError("the body must be a JSON object")
    return value


def add_to_flask(app: Flask, routes: DirectRoutes) -> None:
    """Add routes to a Flask application."""
    for (method, path), route in routes.items():
        app.add_url_rule(path, f"direct {method} {path}", _view(route), methods=[method])


def _view(route: DirectRoute) -> Callable[[], Awaitable[Response]]:
    async def view() -> Response:
        from flask import Response, request

        from crm_mocks.admin.request_args import base_url, implied_session

        query = request.query_string.decode("ascii")
        response = await serve(route, ControlRequest(query, request.get_data(), implied_session(), base_url()))
        # for HEAD: a long body has no length
        body: bytes | Iterator[bytes] = response.body if response.more is None else iter(())
        return Response(body, response.status, content_type=response.media_type)

    return view
