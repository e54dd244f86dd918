"""The journal: GET requests and requests/unmatched, POST requests/count and requests/find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response

from crm_mocks.contract import Contract
from crm_mocks.control.journal_query import MEMBERS, JournalQuery
from crm_mocks.control.near_misses import near_misses
from crm_mocks.control.replies import reply
from crm_mocks.control.requested import arguments, implied_session, json_object
from crm_mocks.control.waiting import Wait
from crm_mocks.host.suite import Suite
from crm_mocks.sessions.journal import Entry
from crm_mocks.values import only

MOST_SHOWN: Final = 10_000
"""Exchanges shown where a question sets no limit: the newest ones, so that a long journal breaks nobody's memory."""


def blueprint(suite: Suite) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("requests", __name__)

    @routes.get("/requests")
    async def list_requests() -> Response:
        wait = Wait.read(arguments(), suite, implied_session())  # the gate has waited already
        return await _listed(wait.query, suite, Entry.as_json)

    @routes.get("/requests/unmatched")
    async def list_unmatched() -> Response:
        query = _query({**arguments(), "unmatched": True}, suite)

        def shown(entry: Entry) -> dict[str, Any]:
            return {
                **entry.as_json(),
                "near_misses": near_misses(entry.method, entry.path, _contracts(suite, entry.session)),
            }

        return await _listed(query, suite, shown)

    @routes.post("/requests/count")
    async def count_requests() -> Response:
        query = _query(json_object(), suite)
        return reply({"count": await query.search(suite).count()})

    @routes.post("/requests/find")
    async def find_requests() -> Response:
        query = _query(json_object(), suite)
        return await _listed(query, suite, Entry.as_json)

    return routes


def _query(values: Mapping[str, Any], suite: Suite) -> JournalQuery:
    only(values, MEMBERS)
    return JournalQuery.read(values, suite, implied_session())


async def _listed(query: JournalQuery, suite: Suite, shown: Callable[[Entry], dict[str, Any]]) -> Response:
    """Return the exchanges that the limit leaves, and how many there are without it."""
    search = query.search(suite)
    limit = MOST_SHOWN if query.limit is None else query.limit
    written = [shown(entry) async for entry in search.newest(limit)]
    return reply({"requests": written, "meta": {"total": await search.count()}})


def _contracts(suite: Suite, session: str) -> list[Contract]:
    known = suite.sessions.known(session)
    return [suite.contract(known, name) if known is not None else suite.contracts[name] for name in suite.vendors]
