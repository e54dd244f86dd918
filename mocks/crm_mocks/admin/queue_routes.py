"""Direct routes of queued responses: POST, GET and DELETE responses."""

from __future__ import annotations

from msgspec.structs import replace

from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoutes
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.response_definition import parse_queued_response
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.state.response_queue import ResponseQueue


def routes(mock_app: MockApp) -> DirectRoutes:
    """Return the routes."""

    async def queue_response(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        session = mock_app.sessions.get(request.session_name(values))
        response = parse_queued_response(values, mock_app, session)
        queued = session.enqueue(replace(response, size=len(request.body)))
        return ControlResponse.json({"id": queued.id}, 201)

    async def list_responses(request: ControlRequest) -> ControlResponse:
        queue = _queue(mock_app, _session_name(request))
        pending = queue.pending() if queue is not None else []
        return ControlResponse.json({"responses": [queued.as_json() for queued in pending]})

    async def clear_responses(request: ControlRequest) -> ControlResponse:
        queue = _queue(mock_app, _session_name(request, "id"))
        wanted = request.arguments.get("id")
        if wanted is not None:
            if queue is None or not queue.remove(wanted):
                return ControlResponse.problem(404, f"no queued response has the id '{wanted}'")
            return ControlResponse.json({"deleted": 1})
        pending = queue.pending() if queue is not None else []
        if queue is not None:
            queue.clear()
        return ControlResponse.json({"deleted": len(pending)})

    return {
        ("POST", "/__admin/responses"): queue_response,
        ("GET", "/__admin/responses"): list_responses,
        ("DELETE", "/__admin/responses"): clear_responses,
    }


def _session_name(request: ControlRequest, *more: str) -> str:
    values = request.arguments
    reject_unknown(values, ("session", *more))
    return request.session_name(values)


def _queue(mock_app: MockApp, name: str) -> ResponseQueue | None:
    """Return the queue of a session, or `None` if it was never used and would start with an empty queue."""
    session = mock_app.sessions.find(name)
    if session is None and mock_app.replay:
        session = mock_app.sessions.get(name)  # creates the session with the replayed responses
    return session.queue if session is not None else None
