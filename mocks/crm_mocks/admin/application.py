"""The Flask application behind the gate, and how it is run under ASGI."""

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

from crm_mocks.admin.json_responses import problem_response
from crm_mocks.admin.names import AT_ONCE
from crm_mocks.admin.views import about, records, requests, responses, sessions, settings
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.transport import Message, Receive, Scope, Send
from crm_mocks.errors import UsageError

PLUG_INS: Final = "crm_mocks.admin"
"""Entry point group. Each entry is called with the Flask application and the suite, and adds its routes.

Views that touch sessions must be `async def`, which has them run on the event loop. A `UsageError` that they raise
becomes a 400, and `crm_mocks.admin.request_args` and `crm_mocks.admin.json_responses` read and answer as the others do.
"""

ADMIN: Final = "/__admin"
log = logging.getLogger("crm_mocks")

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def create_admin_app(mock_app: MockApp) -> Flask:
    """Return the Flask application of the control API, with the routes of plug-ins.

    Args:
        mock_app: what it steers.
    """
    app = Flask("crm_mocks.admin", static_folder=None)
    app.url_map.merge_slashes = False  # a path that is not exactly ours is unknown, never redirected
    for concept in (about, sessions, settings, requests, responses, records):
        app.register_blueprint(concept.blueprint(mock_app), url_prefix=ADMIN)
    _plug_in(app, mock_app)
    app.register_error_handler(UsageError, lambda error: problem_response(400, str(error)))
    app.register_error_handler(HTTPException, lambda error: _http_problem(app, error))
    app.register_error_handler(Exception, _defect)
    return app


def flask_as_asgi(mock_app: MockApp) -> Asgi:
    """Return the control API as an ASGI application.

    asgiref runs Flask in a thread and its `async def` views on the event loop that the request came in on. Each
    request has a thread of its own: the one that asgiref would share among all loops of the process could be held up
    by a loop that has stopped, or be the very thread that waits for this request. What is done `AT_ONCE` needs none.

    The answer is sent once Flask is done, by the task of the request. Sent from Flask's thread, as asgiref would, its
    last bytes leave before asgiref is through: a client that is quick to reuse its connection then has its next
    request started in asgiref's context of this one, whose thread is gone, and gets a 500.
    """
    flask = create_admin_app(mock_app)
    in_a_thread = WsgiToAsgi(flask)  # type: ignore[no-untyped-call]  # asgiref left it untyped

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        if (scope["method"], scope["path"]) in AT_ONCE:
            answer += _answered(flask, scope, (await receive())["body"])
        else:
            async with ThreadSensitiveContext():
                await in_a_thread(scope, receive, keep)
        for message in answer:
            await send(message)

    return application


def _answered(flask: Flask, scope: Scope, body: bytes) -> Iterator[Message]:
    """Yield Flask's answer to a request whose body is whole, given in this thread."""
    context: Any = WsgiToAsgiInstance(flask)  # type: ignore[no-untyped-call]  # asgiref left it untyped
    context.scope = scope
    pieces, status, headers = run_wsgi_app(flask, context.build_environ(scope, BytesIO(body)), buffered=True)
    encoded = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers]
    yield {"type": "http.response.start", "status": int(status.split(" ", 1)[0]), "headers": encoded}
    yield {"type": "http.response.body", "body": b"".join(pieces)}


def _plug_in(app: Flask, mock_app: MockApp) -> None:
    for entry_point in sorted(entry_points(group=PLUG_INS), key=lambda each: each.name):
        try:
            entry_point.load()(app, mock_app)
        except Exception:
            # without this one's routes, the others still serve
            log.exception("the control plug-in %s (%s) failed", entry_point.name, entry_point.value)


def _http_problem(app: Flask, error: HTTPException) -> Response:
    code = error.code or 500
    if code == 404:
        known = sorted({rule.rule for rule in app.url_map.iter_rules()})
        return problem_response(404, f"the control API has no such path: it has {', '.join(known)}")
    headers = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return problem_response(code, error.description or error.name, headers)


def _defect(error: Exception) -> Response:
    log.error("the control API failed", exc_info=error)
    return problem_response(500, "the control API failed: its log says why")
