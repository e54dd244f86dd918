"""Queued answers: POST, GET and DELETE responses."""

from __future__ import annotations

from flask import Blueprint, Response

from crm_mocks.control.queued_answer import read_queued
from crm_mocks.control.replies import reply
from crm_mocks.control.requested import arguments, json_object, session_name
from crm_mocks.control.values import only
from crm_mocks.host.suite import Suite


def blueprint(suite: Suite) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("queue", __name__)

    @routes.post("/responses")
    def queue_response() -> Response:
        values = json_object()
        session = suite.sessions.get(session_name(values))
        queued = read_queued(values, suite, session)
        session.queue.add(queued)
        return reply({"id": queued.id}, 201)

    @routes.get("/responses")
    async def list_responses() -> Response:
        values = arguments()
        only(values, ("session",))
        session = suite.sessions.known(session_name(values))
        waiting = session.queue.waiting() if session is not None else []
        return reply({"responses": [queued.as_json() for queued in waiting]})

    @routes.delete("/responses")
    async def clear_responses() -> Response:
        values = arguments()
        only(values, ("session",))
        session = suite.sessions.known(session_name(values))
        waiting = session.queue.waiting() if session is not None else []
        if session is not None:
            session.queue.clear()
        return reply({"deleted": len(waiting)})

    return routes
