"""Queued responses: POST, GET and DELETE responses."""

from __future__ import annotations

from flask import Blueprint, Response

from crm_mocks.admin.json_responses import json_response
from crm_mocks.admin.request_args import arguments, json_object, session_name
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.response_definition import parse_queued_response
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.state.response_queue import ResponseQueue


def blueprint(mock_app: MockApp) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("queue", __name__)

    @routes.post("/responses")
    def queue_response() -> Response:
        values = json_object()
        session = mock_app.sessions.get(session_name(values))
        queued = session.enqueue(parse_queued_response(values, mock_app, session))
        return json_response({"id": queued.id}, 201)

    @routes.get("/responses")
    async def list_responses() -> Response:
        values = arguments()
        reject_unknown(values, ("session",))
        queue = _queue(mock_app, session_name(values))
        pending = queue.pending() if queue is not None else []
        return json_response({"responses": [queued.as_json() for queued in pending]})

    @routes.delete("/responses")
    async def clear_responses() -> Response:
        values = arguments()
        reject_unknown(values, ("session",))
        queue = _queue(mock_app, session_name(values))
        pending = queue.pending() if queue is not None else []
        if queue is not None:
            queue.clear()
        return json_response({"deleted": len(pending)})

    return routes


def _queue(mock_app: MockApp, name: str) -> ResponseQueue | None:
    """Return the queue of a session, or `None` if it was never used and would start with an empty queue."""
    session = mock_app.sessions.find(name)
    if session is None and mock_app.replay:
        session = mock_app.sessions.get(name)  # creates the session with the replayed responses
    return session.queue if session is not None else None
