"""Direct routes of queued responses: POST, GET and DELETE responses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

import orjson
from msgspec.structs import replace

from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoutes
from crm_mocks.admin.pieces import in_pieces
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.response_definition import parse_queued_response
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.state.response_queue import QueuedResponse, ResponseQueue


def routes(mock_app: MockApp) -> DirectRoutes:
    """Return the routes."""
    shown = _ShownResponses()

    async def queue_response(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        session = mock_app.sessions.get(request.session_name(values))
        response = parse_queued_response(values, mock_app, session)
        queued = session.enqueue(replace(response, size=len(request.body)))
        return ControlResponse.json({"id": queued.id}, 201)

    async def list_responses(request: ControlRequest) -> ControlResponse:
        queue = _queue(mock_app, _session_name(request))
        pending = queue.pending() if queue is not None else []
        return await ControlResponse.of_pieces(in_pieces(_texts(pending, shown)))

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


class _ShownText:
    """A queued response as it is shown.

    Attributes:
        response: the queued response.
        used: how often it had been used.
        text: its JSON.
    """

    def __init__(self, response: QueuedResponse) -> None:
        self.response = response
        self.used = response.used
        self.text = orjson.dumps(response.as_json())


_ShownResponses = WeakValueDictionary[int, _ShownText]
"""What lists are showing now, by the identity of the queued response: lists that are read slowly share large ones."""


async def _texts(pending: list[QueuedResponse], shown: _ShownResponses) -> AsyncIterator[bytes]:
    """Yield the JSON of a list of queued responses."""
    yield b'{"responses":['
    for number, response in enumerate(pending):
        if number:
            yield b","
        text = shown.get(id(response))
        if text is None or text.response is not response or text.used != response.used:
            text = shown[id(response)] = _ShownText(response)
        yield text.text
    yield b"]}"


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
