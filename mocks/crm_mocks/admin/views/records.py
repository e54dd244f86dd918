"""GET, PUT and DELETE records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from crm_mocks.admin.json_responses import json_response, problem_response
from crm_mocks.admin.request_args import arguments, json_body, session_name
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.persona_loading import load_personas
from crm_mocks.asgi.record_checks import check_record
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import reject_unknown, required_string, string
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.session import Session

_MEMBERS = ("session", "vendor", "kind", "key")


def blueprint(mock_app: MockApp) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("records", __name__)

    @routes.get("/records")
    async def show_records() -> Response:
        values = arguments()
        reject_unknown(values, _MEMBERS)
        session = mock_app.sessions.get(session_name(values))  # creates the session, with its starting records
        if string(values, "vendor") is None or string(values, "kind") is None:
            return json_response({"records": await _overview(mock_app, session, values)})
        records, kind = await _records_and_kind(mock_app, session, values)
        key = string(values, "key")
        if key is None:
            return json_response({"records": await records.all(kind.name)})
        record = await records.get(kind.name, key)
        return _not_found(kind, key) if record is None else json_response({"records": [record]})

    @routes.put("/records")
    async def store_records() -> Response:
        values = arguments()
        reject_unknown(values, _MEMBERS)
        records, kind = await _records_and_kind(mock_app, mock_app.sessions.get(session_name(values)), values)
        incoming = _parse_records(kind, json_body(), string(values, "key"))
        vendor = mock_app.vendor(required_string(values, "vendor"))
        await vendor.record_checks.get()
        for record in incoming:
            check_record(vendor, kind, record)
        for record in incoming:
            await records.put(kind.name, record)
        return json_response({"stored": len(incoming)})

    @routes.delete("/records")
    async def delete_records() -> Response:
        values = arguments()
        reject_unknown(values, _MEMBERS)
        records, kind = await _records_and_kind(mock_app, mock_app.sessions.get(session_name(values)), values)
        key = string(values, "key")
        if key is None:
            count = await records.count(kind.name)
            await records.clear(kind.name)
            return json_response({"deleted": count})
        return json_response({"deleted": 1}) if await records.delete(kind.name, key) else _not_found(kind, key)

    return routes


async def _records_and_kind(
    mock_app: MockApp, session: Session, values: Mapping[str, Any]
) -> tuple[Records, RecordKind]:
    """Return the records of the vendor and the kind that a query names."""
    vendor = mock_app.vendor(required_string(values, "vendor"))
    kind = required_string(values, "kind")
    await load_personas(vendor, session.settings[vendor.name])
    records = await session.records(vendor.name)
    return records, records.kind(kind)


async def _overview(mock_app: MockApp, session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all records of a vendor by kind, or of all vendors by vendor and kind, in the form of a seed file."""
    named = string(values, "vendor")
    if string(values, "key") is not None or (named is None and string(values, "kind") is not None):
        raise UsageError("'kind' requires 'vendor', and 'key' requires both")
    found = {}
    for vendor in mock_app.vendors.values() if named is None else [mock_app.vendor(named)]:
        await load_personas(vendor, session.settings[vendor.name])
        records = await session.records(vendor.name)
        found[vendor.name] = {kind: await records.all(kind) for kind in vendor.kinds_by_name}
    return found if named is None else found[named]


def _parse_records(kind: RecordKind, body: Any, key: str | None) -> list[dict[str, Any]]:
    """Return the records of a body, checking all of them first: either all are stored, or none."""
    incoming = body if isinstance(body, list) else [body]
    if key is not None and len(incoming) != 1:
        raise UsageError("with 'key', the body must be one record")
    for record in incoming:
        if not isinstance(record, dict):
            raise UsageError(f"the body must be a record of '{kind.name}', as a JSON object, or a list of records")
        own = record.get(kind.key)
        if not isinstance(own, str | int) or isinstance(own, bool):
            raise UsageError(f"a record of '{kind.name}' needs the member '{kind.key}', a string or integer")
        if key is not None and str(own) != key:
            raise UsageError(f"the '{kind.key}' of the record differs from the 'key' of the URL")
    return incoming


def _not_found(kind: RecordKind, key: str) -> Response:
    return problem_response(404, f"there is no record '{key}' of '{kind.name}'")
