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

from crm_mocks.control.names import AT_ONCE
from crm_mocks.control.replies import problem_reply
from crm_mocks.control.views import about, queue, records, requests, sessions, settings
from crm_mocks.errors import UsageError
from crm_mocks.host.suite import Suite
from crm_mocks.host.wire import Message, Receive, Scope, Send

PLUG_INS: Final = "crm_mocks.control"
"""Entry point group. Each entry is called with the Flask application and the suite, and adds its routes.

Views that touch sessions must be `async def`, which has them run on the event loop. A `UsageError` that they raise
becomes a 400, and `crm_mocks.control.requested` and `crm_mocks.control.replies` read and answer as the others do.
"""

ADMIN: Final = "/__admin"
log = logging.getLogger("crm_mocks")

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def create_control_app(suite: Suite) -> Flask:
    """Return the Flask application of the control API, with the routes of plug-ins.

    Args:
        suite: what it steers.
    """
    app = Flask("crm_mocks.control", static_folder=None)
    app.url_map.merge_slashes = False  # a path that is not exactly ours is unknown, never redirected
    for concept in (about, sessions, settings, requests, queue, records):
        app.register_blueprint(concept.blueprint(suite), url_prefix=ADMIN)
    _plug_in(app, suite)
    app.register_error_handler(UsageError, lambda error: problem_reply(400, str(error)))
    app.register_error_handler(HTTPException, lambda error: _http_problem(app, error))
    app.register_error_handler(Exception, _defect)
    return app


def flask_as_asgi(suite: Suite) -> Asgi:
    """Return the control API as an ASGI application.

    asgiref runs Flask in a thread and its `async def` views on the event loop that the request came in on. Each
    request has a thread of its own: the one that asgiref would share among all loops of the process could be held up
    by a loop that has stopped, or be the very thread that waits for this request. What is done `AT_ONCE` needs none.

    The answer is sent once Flask is done, by the task of the request. Sent from Flask's thread, as asgiref would, its
    last bytes leave before asgiref is through: a client that is quick to reuse its connection then has its next
    request started in asgiref's context of this one, whose thread is gone, and gets a 500.
    """
    flask = create_control_app(suite)
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
    call: Any = WsgiToAsgiInstance(flask)  # type: ignore[no-untyped-call]  # asgiref left it untyped
    call.scope = scope
    pieces, status, headers = run_wsgi_app(flask, call.build_environ(scope, BytesIO(body)), buffered=True)
    encoded = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers]
    yield {"type": "http.response.start", "status": int(status.split(" ", 1)[0]), "headers": encoded}
    yield {"type": "http.response.body", "body": b"".join(pieces)}


def _plug_in(app: Flask, suite: Suite) -> None:
    for entry_point in sorted(entry_points(group=PLUG_INS), key=lambda each: each.name):
        try:
            entry_point.load()(app, suite)
        except Exception:
            # without this one's routes, the others still serve
            log.exception("the control plug-in %s (%s) failed", entry_point.name, entry_point.value)


def _http_problem(app: Flask, error: HTTPException) -> Response:
    code = error.code or 500
    if code == 404:
        known = sorted({rule.rule for rule in app.url_map.iter_rules()})
        return problem_reply(404, f"the control API has no such path: it has {', '.join(known)}")
    headers = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return problem_reply(code, error.description or error.name, headers)


def _defect(error: Exception) -> Response:
    log.error("the control API failed", exc_info=error)
    return problem_reply(500, "the control API failed: its log says why")
