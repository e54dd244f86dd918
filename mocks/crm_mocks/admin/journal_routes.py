"""Direct routes of the journal: GET requests, one request, those unmatched and as HAR; POST requests/count and find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoutes
from crm_mocks.admin.har import har_document, har_entry
from crm_mocks.admin.journal_query import DEFAULT_LIMIT, MEMBERS, JournalQuery, find_entry
from crm_mocks.admin.pieces import json_pieces
from crm_mocks.admin.search_queue import SearchQueue
from crm_mocks.admin.waiting import WaitCondition
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.near_misses import near_misses
from crm_mocks.contract import Contract
from crm_mocks.parsing.json_members import reject_unknown, required_string
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.stats import is_unmatched


def routes(mock_app: MockApp) -> DirectRoutes:
    """Return the routes."""
    queue = SearchQueue(mock_app)

    def query_of(values: Mapping[str, Any], request: ControlRequest) -> JournalQuery:
        reject_unknown(values, MEMBERS)
        return JournalQuery.parse(values, mock_app, request.session)

    async def list_requests(request: ControlRequest) -> ControlResponse:
        wait = WaitCondition.parse(request.arguments, mock_app, request.session)  # the gateway has already waited
        return await _search_response(wait.query, queue, JournalEntry.as_json)

    async def list_unmatched(request: ControlRequest) -> ControlResponse:
        query = query_of({**request.arguments, "unmatched": True}, request)
        return await _search_response(query, queue, partial(_with_near_misses, mock_app))

    async def as_har(request: ControlRequest) -> ControlResponse:
        query = query_of(request.arguments, request)
        limit = DEFAULT_LIMIT if query.limit is None else query.limit
        begin, end = har_document()
        async with queue.search(query) as search:
            return await ControlResponse.of_pieces(json_pieces(begin, search.newest(limit), har_entry, end))

    async def show_entry(request: ControlRequest) -> ControlResponse:
        values = request.arguments
        reject_unknown(values, ("id", "session"))  # the session selects the worker that has it
        entry_id = required_string(values, "id")
        entry = find_entry(mock_app, entry_id)
        if entry is None:
            return ControlResponse.problem(404, f"the journal has no entry '{entry_id}', or no longer")
        return ControlResponse.json(_with_near_misses(mock_app, entry) if is_unmatched(entry) else entry.as_json())

    async def count_requests(request: ControlRequest) -> ControlResponse:
        query = query_of(request.json_object(), request)
        async with queue.search(query) as search:
            return ControlResponse.json({"count": await search.count()})

    async def find_requests(request: ControlRequest) -> ControlResponse:
        query = query_of(request.json_object(), request)
        return await _search_response(query, queue, JournalEntry.as_json)

    return {
        ("GET", "/__admin/requests"): list_requests,
        ("GET", "/__admin/requests/unmatched"): list_unmatched,
        ("GET", "/__admin/requests/har"): as_har,
        ("GET", "/__admin/requests/entry"): show_entry,
        ("POST", "/__admin/requests/count"): count_requests,
        ("POST", "/__admin/requests/find"): find_requests,
    }


def _with_near_misses(mock_app: MockApp, entry: JournalEntry) -> dict[str, Any]:
    found = near_misses(entry.method, entry.path, _contracts(mock_app, entry.session))
    return {**entry.as_json(), "near_misses": found}


async def _search_response(
    query: JournalQuery, queue: SearchQueue, as_json: Callable[[JournalEntry], dict[str, Any]]
) -> ControlResponse:
    """Return the exchanges within the limit, and the total number of matches."""
    limit = DEFAULT_LIMIT if query.limit is None else query.limit
    async with queue.search(query) as search:
        end = b'],"meta":{"total":%d}}' % await search.count()
        return await ControlResponse.of_pieces(json_pieces(b'{"requests":[', search.newest(limit), as_json, end))


def _contracts(mock_app: MockApp, session: str) -> list[Contract]:
    known = mock_app.sessions.find(session)
    return [mock_app.contract(known, name) for name in mock_app.vendors]
