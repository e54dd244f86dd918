"""The journal: GET requests, GET requests/unmatched, POST requests/count and POST requests/find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response

from crm_mocks.admin.journal_query import MEMBERS, JournalQuery
from crm_mocks.admin.json_responses import json_response
from crm_mocks.admin.names import DEFAULT_LIMIT
from crm_mocks.admin.near_misses import near_misses
from crm_mocks.admin.request_args import arguments, implied_session, json_object
from crm_mocks.admin.waiting import WaitCondition
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.state.journal_entry import JournalEntry


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

        def as_json(entry: JournalEntry) -> dict[str, Any]:
            return {
                **entry.as_json(),
                "near_misses": near_misses(entry.method, entry.path, _contracts(mock_app, entry.session)),
            }

        return await _search_response(query, mock_app, as_json)

    @routes.post("/requests/count")
    async def count_requests() -> Response:
        query = _query(json_object(), mock_app)
        return json_response({"count": await query.search(mock_app).count()})

    @routes.post("/requests/find")
    async def find_requests() -> Response:
        query = _query(json_object(), mock_app)
        return await _search_response(query, mock_app, JournalEntry.as_json)

    return routes


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
