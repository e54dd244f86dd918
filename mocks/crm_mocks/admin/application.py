"""The Flask application behind the gateway, and its ASGI adapter."""

from __future__ import annotations

import logging
from typing import Final

from asgiref.sync import ThreadSensitiveContext
from asgiref.wsgi import WsgiToAsgi
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from crm_mocks.admin.direct_routes import DirectRoutes, add_to_flask
from crm_mocks.admin.events import EVENTS
from crm_mocks.admin.json_responses import problem_response
from crm_mocks.admin.plug_ins import use_plug_ins
from crm_mocks.admin.views import about, settings
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.session_name import ADMIN
from crm_mocks.asgi.transport import Asgi, Message, Receive, Scope, Send
from crm_mocks.errors import UsageError

ENTRY_POINTS: Final = "crm_mocks.admin"
"""Entry point group for plug-ins: each entry is called with the Flask application and the `MockApp` to add routes.

Views that use sessions must be `async def`, so that they run on the event loop. A `UsageError` that they raise becomes
a 400. Use `crm_mocks.admin.request_args` and `crm_mocks.admin.json_responses` to read requests and create responses.
"""

log = logging.getLogger("crm_mocks")


def create_admin_app(mock_app: MockApp, direct_routes: DirectRoutes) -> Flask:
    """Return the Flask application of the control API, including the routes of plug-ins.

    Args:
        mock_app: the mocks to control.
        direct_routes: the direct routes.
    """
    app = Flask("crm_mocks.admin", static_folder=None)
    app.url_map.merge_slashes = False  # unknown paths get a 404, never a redirect
    for view in (about, settings):
        app.register_blueprint(view.blueprint(mock_app), url_prefix=ADMIN)
    app.add_url_rule(EVENTS, "events", lambda: Response(mimetype="text/event-stream"))  # GET: see the gateway
    use_plug_ins(ENTRY_POINTS, "the control API plug-in", lambda plug_in: plug_in(app, mock_app))
    add_to_flask(app, direct_routes)
    app.register_error_handler(UsageError, lambda error: problem_response(400, str(error)))
    app.register_error_handler(HTTPException, lambda error: _http_problem(app, error))
    app.register_error_handler(Exception, _internal_error)
    return app


def flask_as_asgi(mock_app: MockApp, direct_routes: DirectRoutes) -> Asgi:
    """Return the control API as an ASGI application.

    asgiref runs Flask in a thread and its `async def` views on the event loop of the request. Each request gets a
    thread of its own: the thread that asgiref shares among all loops of the process could be blocked by a loop that has
    stopped, or be the thread that is waiting for this request.

    The task of the request sends the response after Flask has finished. If Flask's thread sent it, as asgiref does, the
    last bytes would leave before asgiref has cleaned up: the next request of a client that reuses its connection
    quickly would start in the context of this one, whose thread has ended, and get a 500.

    Args:
        mock_app: the mocks to control.
        direct_routes: the direct routes, which Flask describes.
    """
    flask = WsgiToAsgi(create_admin_app(mock_app, direct_routes))  # type: ignore[no-untyped-call]  # asgiref left it untyped

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        async with ThreadSensitiveContext():
            await flask(scope, receive, collect)
        for message in messages:
            await send(message)

    return application


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
