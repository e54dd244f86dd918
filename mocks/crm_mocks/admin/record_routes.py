"""Direct routes of records: GET, PUT and DELETE records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import orjson

from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoutes, read_json
from crm_mocks.admin.pieces import in_pieces
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.persona_loading import load_personas
from crm_mocks.asgi.record_checks import check_record
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import reject_unknown, required_string, string
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.session import Session
from crm_mocks.turns import in_turns

_MEMBERS = ("session", "vendor", "kind", "key")

Packed = list[tuple[str, Any]]
"""Keys and packed records of a kind, as they were when a list was asked for: each is unpacked when it is sent."""


def routes(mock_app: MockApp) -> DirectRoutes:
    """Return the routes."""

    async def show_records(request: ControlRequest) -> ControlResponse:
        values = _values(request)
        session = mock_app.sessions.get(request.session_name(values))  # creates it, with its starting records
        if string(values, "vendor") is None or string(values, "kind") is None:
            return await ControlResponse.of_pieces(in_pieces(await _overview(mock_app, session, values)))
        records, kind = await _records_and_kind(mock_app, session, values)
        key = string(values, "key")
        if key is None:
            return await ControlResponse.of_pieces(in_pieces(_kind(records, kind.name, await records.items(kind.name))))
        record = await records.get(kind.name, key)
        return _not_found(kind, key) if record is None else ControlResponse.json({"records": [record]})

    async def store_records(request: ControlRequest) -> ControlResponse:
        values = _values(request)
        session = mock_app.sessions.get(request.session_name(values))
        records, kind = await _records_and_kind(mock_app, session, values)
        incoming = _parse_records(kind, read_json(request.body), string(values, "key"))
        vendor = mock_app.vendor(required_string(values, "vendor"))
        await vendor.record_checks.get()
        async for record in in_turns(incoming):
            check_record(vendor, kind, record)
        async for record in in_turns(incoming):
            await records.put(kind.name, record)
        return ControlResponse.json({"stored": len(incoming)})

    async def delete_records(request: ControlRequest) -> ControlResponse:
        values = _values(request)
        session = mock_app.sessions.get(request.session_name(values))
        records, kind = await _records_and_kind(mock_app, session, values)
        key = string(values, "key")
        if key is None:
            count = await records.count(kind.name)
            await records.clear(kind.name)
            return ControlResponse.json({"deleted": count})
        return ControlResponse.json({"deleted": 1}) if await records.delete(kind.name, key) else _not_found(kind, key)

    return {
        ("GET", "/__admin/records"): show_records,
        ("PUT", "/__admin/records"): store_records,
        ("DELETE", "/__admin/records"): delete_records,
    }


def _values(request: ControlRequest) -> dict[str, str]:
    values = request.arguments
    reject_unknown(values, _MEMBERS)
    return values


async def _records_and_kind(
    mock_app: MockApp, session: Session, values: Mapping[str, Any]
) -> tuple[Records, RecordKind]:
    """Return the records of the vendor and the kind that a query names."""
    vendor = mock_app.vendor(required_string(values, "vendor"))
    kind = required_string(values, "kind")
    await load_personas(vendor, session.settings[vendor.name])
    records = await session.records(vendor.name)
    return records, records.kind(kind)


async def _overview(mock_app: MockApp, session: Session, values: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """Return all records of a vendor by kind, or of all vendors by vendor and kind, in the form of a seed file."""
    named = string(values, "vendor")
    if string(values, "key") is not None or (named is None and string(values, "kind") is not None):
        raise UsageError("'kind' requires 'vendor', and 'key' requires both")
    found: dict[str, tuple[Records, dict[str, Packed]]] = {}
    for vendor in mock_app.vendors.values() if named is None else [mock_app.vendor(named)]:
        await load_personas(vendor, session.settings[vendor.name])
        records = await session.records(vendor.name)
        found[vendor.name] = records, {kind: await records.items(kind) for kind in vendor.kinds_by_name}
    return _vendors(found) if named is None else _vendor(*found[named])


async def _vendors(found: dict[str, tuple[Records, dict[str, Packed]]]) -> AsyncIterator[bytes]:
    """Yield the JSON of the records of several vendors."""
    yield b'{"records":{'
    for number, (vendor, (records, by_kind)) in enumerate(found.items()):
        yield b"%s%s:" % (b"," * (number > 0), orjson.dumps(vendor))
        async for text in _kinds(records, by_kind):
            yield text
    yield b"}}"


async def _vendor(records: Records, by_kind: dict[str, Packed]) -> AsyncIterator[bytes]:
    """Yield the JSON of the records of one vendor."""
    yield b'{"records":'
    async for text in _kinds(records, by_kind):
        yield text
    yield b"}"


async def _kind(records: Records, kind: str, packed: Packed) -> AsyncIterator[bytes]:
    """Yield the JSON of the records of one kind."""
    yield b'{"records":'
    for text in _list(records, kind, packed):
        yield text
    yield b"}"


async def _kinds(records: Records, by_kind: dict[str, Packed]) -> AsyncIterator[bytes]:
    yield b"{"
    for number, (kind, packed) in enumerate(by_kind.items()):
        yield b"%s%s:" % (b"," * (number > 0), orjson.dumps(kind))
        for text in _list(records, kind, packed):
            yield text
    yield b"}"


def _list(records: Records, kind: str, packed: Packed) -> Iterator[bytes]:
    yield b"["
    for number, (_, each) in enumerate(packed):
        if number:
            yield b","
        yield orjson.dumps(records.unpacked(kind, each))
    yield b"]"


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


def _not_found(kind: RecordKind, key: str) -> ControlResponse:
    return ControlResponse.problem(404, f"there is no record '{key}' of '{kind.name}'")
