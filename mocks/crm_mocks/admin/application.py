"""The Flask application behind the gateway, and its ASGI adapter."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from importlib.metadata import entry_points
from io import BytesIO
from typing import Any, Final

from asgiref.sync import ThreadSensitiveContext
from asgiref.wsgi import WsgiToAsgi, WsgiToAsgiInstance
from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from crm_mocks.admin.direct_routes import DirectRoutes, add_to_flask
from crm_mocks.admin.json_responses import problem_response
from crm_mocks.admin.names import SYNC_ROUTES
from crm_mocks.admin.views import about, records, requests, responses, sessions, settings
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.transport import Message, Receive, Scope, Send
from crm_mocks.errors import UsageError

ENTRY_POINTS: Final = "crm_mocks.admin"
"""Entry point group for plug-ins: each entry is called with the Flask application and the `MockApp` to add routes.

`app.extensions[DIRECT_ROUTES]` takes routes that need no Flask, see `crm_mocks.admin.direct_routes`.

Views that use sessions must be `async def`, so that they run on the event loop. A `UsageError` that they raise becomes
a 400. Use `crm_mocks.admin.request_args` and `crm_mocks.admin.json_responses` to read requests and create responses.
"""

DIRECT_ROUTES: Final = "crm_mocks.direct_routes"
ADMIN: Final = "/__admin"
log = logging.getLogger("crm_mocks")

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def create_admin_app(mock_app: MockApp, routes: DirectRoutes | None = None) -> Flask:
    """Return the Flask application of the control API, including the routes of plug-ins.

    Args:
        mock_app: the mocks to control.
        routes: receives the direct routes.
    """
    direct: DirectRoutes = {} if routes is None else routes
    app = Flask("crm_mocks.admin", static_folder=None)
    app.url_map.merge_slashes = False  # unknown paths get a 404, never a redirect
    for view in (about, sessions, settings, requests, responses, records):
        app.register_blueprint(view.blueprint(mock_app), url_prefix=ADMIN)
    direct.update(sessions.direct_routes(mock_app))
    app.extensions[DIRECT_ROUTES] = direct
    _load_plug_ins(app, mock_app)
    add_to_flask(app, direct)
    app.register_error_handler(UsageError, lambda error: problem_response(400, str(error)))
    app.register_error_handler(HTTPException, lambda error: _http_problem(app, error))
    app.register_error_handler(Exception, _internal_error)
    return app


def flask_as_asgi(mock_app: MockApp, routes: DirectRoutes | None = None) -> Asgi:
    """Return the control API as an ASGI application.

    asgiref runs Flask in a thread and its `async def` views on the event loop of the request. Each request gets a
    thread of its own: the thread that asgiref shares among all loops of the process could be blocked by a loop that has
    stopped, or be the thread that is waiting for this request. `SYNC_ROUTES` need no thread.

    The task of the request sends the response after Flask has finished. If Flask's thread sent it, as asgiref does, the
    last bytes would leave before asgiref has cleaned up: the next request of a client that reuses its connection
    quickly would start in the context of this one, whose thread has ended, and get a 500.

    Args:
        mock_app: the mocks to control.
        routes: receives the direct routes.
    """
    flask = create_admin_app(mock_app, routes)
    threaded = WsgiToAsgi(flask)  # type: ignore[no-untyped-call]  # asgiref left it untyped

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        if (scope["method"], scope["path"]) in SYNC_ROUTES:
            messages += _run_flask(flask, scope, (await receive())["body"])
        else:
            async with ThreadSensitiveContext():
                await threaded(scope, receive, collect)
        for message in messages:
            await send(message)

    return application


def _run_flask(flask: Flask, scope: Scope, body: bytes) -> Iterator[Message]:
    """Run Flask in this thread on a request with its complete body; yield the ASGI messages of the response."""
    context: Any = WsgiToAsgiInstance(flask)  # type: ignore[no-untyped-call]  # asgiref left it untyped
    context.scope = scope
    pieces, status, headers = run_wsgi_app(flask, context.build_environ(scope, BytesIO(body)), buffered=True)
    encoded = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers]
    yield {"type": "http.response.start", "status": int(status.split(" ", 1)[0]), "headers": encoded}
    yield {"type": "http.response.body", "body": b"".join(pieces)}


def _load_plug_ins(app: Flask, mock_app: MockApp) -> None:
    for entry_point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        try:
            entry_point.load()(app, mock_app)
        except Exception:
            # the other routes still work
            log.exception("loading the control API plug-in %s (%s) failed", entry_point.name, entry_point.value)


def _http_problem(app: Flask, error: HTTPException) -> Response:
    code = error.code or 500
    if code == 404:
        known = sorted({rule.rule for rule in app.url_map.iter_rules()})
        return problem_response(404, f"the control API has no such path; its paths are {', '.join(known)}")
    headers = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return problem_response(code, error.description or error.name, headers)


def _internal_error(error: Exception) -> Response:
    log.error("the control API failed", exc_info=error)
    return problem_response(500, "the control API failed: see the log")
