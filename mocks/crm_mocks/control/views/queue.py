"""Queued answers: POST, GET and DELETE responses."""

from __future__ import annotations

from flask import Blueprint, Response

from crm_mocks.control.replies import reply
from crm_mocks.control.requested import arguments, json_object, session_name
from crm_mocks.host.queued_answer import read_queued
from crm_mocks.host.suite import Suite
from crm_mocks.sessions.queue import Queue
from crm_mocks.values import only


def blueprint(suite: Suite) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("queue", __name__)

    @routes.post("/responses")
    def queue_response() -> Response:
        values = json_object()
        session = suite.sessions.get(session_name(values))
        queued = session.enqueue(read_queued(values, suite, session))
        return reply({"id": queued.id}, 201)

    @routes.get("/responses")
    async def list_responses() -> Response:
        values = arguments()
        only(values, ("session",))
        queue = _queue(suite, session_name(values))
        waiting = queue.waiting() if queue is not None else []
        return reply({"responses": [queued.as_json() for queued in waiting]})

    @routes.delete("/responses")
    async def clear_responses() -> Response:
        values = arguments()
        only(values, ("session",))
        queue = _queue(suite, session_name(values))
        waiting = queue.waiting() if queue is not None else []
        if queue is not None:
            queue.clear()
        return reply({"deleted": len(waiting)})

    return routes


def _queue(suite: Suite, name: str) -> Queue | None:
    """Return a session's queue; `None` if the session was never used, unless it would begin with answers."""
    session = suite.sessions.known(name)
    if session is None and suite.replay:
        session = suite.sessions.get(name)  # looking is a use
    return session.queue if session is not None else None
