"""The journal: GET requests, one request, those unmatched and as HAR; POST requests/count and requests/find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response

from crm_mocks.admin.har import har
from crm_mocks.admin.journal_query import MEMBERS, JournalQuery, find_entry
from crm_mocks.admin.json_responses import json_response, problem_response
from crm_mocks.admin.names import DEFAULT_LIMIT
from crm_mocks.admin.near_misses import near_misses
from crm_mocks.admin.request_args import arguments, implied_session, json_object
from crm_mocks.admin.waiting import WaitCondition
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract
from crm_mocks.parsing.json_members import reject_unknown, required_string
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.stats import is_unmatched


def blueprint(mock_app: MockApp) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("requests", __name__)

    @routes.get("/requests")
    async def list_requests() -> Response:
        wait = WaitCondition.parse(arguments(), mock_app, implied_session())  # the gateway has already waited
        return await _search_response(wait.query, mock_app, JournalEntry.as_json)

    @routes.get("/requests/unmatched")
    async def list_unmatched() -> Response:
        query = _query({**arguments(), "unmatched": True}, mock_app)
        return await _search_response(query, mock_app, partial(_with_near_misses, mock_app))

    @routes.get("/requests/har")
    async def as_har() -> Response:
        search = _query(arguments(), mock_app).search(mock_app)
        return json_response(har([entry async for entry in search.newest(DEFAULT_LIMIT)]))

    @routes.get("/requests/entry")
    async def show_entry() -> Response:
        values = arguments()
        reject_unknown(values, ("id", "session"))  # the session selects the worker that has it
        entry_id = required_string(values, "id")
        entry = find_entry(mock_app, entry_id)
        if entry is None:
            return problem_response(404, f"the journal has no entry '{entry_id}', or no longer")
        return json_response(_with_near_misses(mock_app, entry) if is_unmatched(entry) else entry.as_json())

    @routes.post("/requests/count")
    async def count_requests() -> Response:
        query = _query(json_object(), mock_app)
        return json_response({"count": await query.search(mock_app).count()})

    @routes.post("/requests/find")
    async def find_requests() -> Response:
        query = _query(json_object(), mock_app)
        return await _search_response(query, mock_app, JournalEntry.as_json)

    return routes


def _with_near_misses(mock_app: MockApp, entry: JournalEntry) -> dict[str, Any]:
    found = near_misses(entry.method, entry.path, _contracts(mock_app, entry.session))
    return {**entry.as_json(), "near_misses": found}


def _query(values: Mapping[str, Any], mock_app: MockApp) -> JournalQuery:
    reject_unknown(values, MEMBERS)
    return JournalQuery.parse(values, mock_app, implied_session())


async def _search_response(
    query: JournalQuery, mock_app: MockApp, as_json: Callable[[JournalEntry], dict[str, Any]]
) -> Response:
    """Return the exchanges within the limit, and the total number of matches."""
    search = query.search(mock_app)
    limit = DEFAULT_LIMIT if query.limit is None else query.limit
    entries = [as_json(entry) async for entry in search.newest(limit)]
    return json_response({"requests": entries, "meta": {"total": await search.count()}})


def _contracts(mock_app: MockApp, session: str) -> list[Contract]:
    known = mock_app.sessions.find(session)
    return [
        mock_app.contract(known, name) if known is not None else mock_app.contracts[name] for name in mock_app.vendors
    ]
