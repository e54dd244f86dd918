"""Records: GET, PUT and DELETE records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from crm_mocks.control.replies import problem_reply, reply
from crm_mocks.control.requested import arguments, json_body, session_name
from crm_mocks.errors import UsageError
from crm_mocks.host.suite import Suite
from crm_mocks.sessions.records import Kind, Records
from crm_mocks.sessions.session import Session
from crm_mocks.values import only, required_text, text

_MEMBERS = ("session", "vendor", "kind", "key")


def blueprint(suite: Suite) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("records", __name__)

    @routes.get("/records")
    async def show_records() -> Response:
        values = arguments()
        only(values, _MEMBERS)
        session = suite.sessions.get(session_name(values))  # looking is a use: its starting records are there
        if text(values, "vendor") is None or text(values, "kind") is None:
            return reply({"records": await _overview(suite, session, values)})
        records, kind = await _place(suite, session, values)
        key = text(values, "key")
        if key is None:
            return reply({"records": await records.all(kind.name)})
        record = await records.get(kind.name, key)
        return _no_such(kind, key) if record is None else reply({"records": [record]})

    @routes.put("/records")
    async def store_records() -> Response:
        values = arguments()
        only(values, _MEMBERS)
        records, kind = await _place(suite, suite.sessions.get(session_name(values)), values)
        given = _given(kind, json_body(), text(values, "key"))
        for record in given:
            suite.check_record(_vendor(suite, required_text(values, "vendor")), kind, record)
        for record in given:
            await records.put(kind.name, record)
        return reply({"stored": len(given)})

    @routes.delete("/records")
    async def delete_records() -> Response:
        values = arguments()
        only(values, _MEMBERS)
        records, kind = await _place(suite, suite.sessions.get(session_name(values)), values)
        key = text(values, "key")
        if key is None:
            count = await records.count(kind.name)
            await records.clear(kind.name)
            return reply({"deleted": count})
        return reply({"deleted": 1}) if await records.delete(kind.name, key) else _no_such(kind, key)

    return routes


async def _place(suite: Suite, session: Session, values: Mapping[str, Any]) -> tuple[Records, Kind]:
    """Return the vendor's records and the kind that a query names."""
    vendor = _vendor(suite, required_text(values, "vendor"))
    kind = required_text(values, "kind")
    records = await session.records(vendor)
    return records, records.kind(kind)


async def _overview(suite: Suite, session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all records of a vendor by kind, or of all vendors by vendor and kind, as a seed file has them."""
    named = text(values, "vendor")
    if text(values, "key") is not None or (named is None and text(values, "kind") is not None):
        raise UsageError("a 'kind' needs its 'vendor', and a 'key' both")
    found = {}
    for name in [_vendor(suite, named)] if named is not None else suite.vendors:
        records = await session.records(name)
        found[name] = {kind: await records.all(kind) for kind in suite.vendors[name].kinds_by_name}
    return found if named is None else found[named]


def _vendor(suite: Suite, name: str) -> str:
    if name not in suite.vendors:
        raise UsageError(f"unknown vendor '{name}': served are {', '.join(suite.vendors)}")
    return name


def _given(kind: Kind, body: Any, key: str | None) -> list[dict[str, Any]]:
    """Return the records of a body, all of them sound: either all are stored, or none."""
    given = body if isinstance(body, list) else [body]
    if key is not None and len(given) != 1:
        raise UsageError("with a 'key' the body is one record")
    for record in given:
        if not isinstance(record, dict):
            raise UsageError(f"the body must be a record of '{kind.name}', which is a JSON object, or a list of them")
        own = record.get(kind.key)
        if not isinstance(own, str | int) or isinstance(own, bool):
            raise UsageError(f"a record of '{kind.name}' needs the member '{kind.key}', a text or whole number")
        if key is not None and str(own) != key:
            raise UsageError(f"the record's '{kind.key}' is not the 'key' of the URL")
    return given


def _no_such(kind: Kind, key: str) -> Response:
    return problem_reply(404, f"there is no record '{key}' of '{kind.name}'")
