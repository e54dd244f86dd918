"""Parsing responses to queue: the body of `POST /__admin/responses`, and replayed responses."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.contract import Operation
from crm_mocks.errors import UsageError
from crm_mocks.faults import DEFAULT_DELAY_MS, Fault
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.parsing.json_members import flag, integer, mapping, reject_unknown, required_string, string
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.stub_route import StubRoute

if TYPE_CHECKING:
    from crm_mocks.asgi.mock_app import MockApp
    from crm_mocks.state.session import Session

MAX_DELAY_MS: Final = 600_000
_MEMBERS: Final = (
    "operation",
    "method",
    "path",
    "match",
    "status",
    "example",
    "body",
    "body_base64",
    "chunked",
    "fault",
    "headers",
    "times",
    "delay_ms",
    "phase",
    "metadata",
)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8192}")
_FRAMING: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})
_MAX_HEADERS: Final = 50


def parse_queued_response(
    values: Mapping[str, Any], mock_app: MockApp, session: Session | None = None
) -> QueuedResponse:
    """Return the response that a body describes, without id.

    Args:
        values: the body.
        mock_app: defines the operations that can be named.
        session: session of the queue, whose settings determine the contract; `None` for a response for all sessions,
            which uses the contract under the initial settings.

    Raises:
        UsageError: a member is unknown or invalid, or names something that the contract does not have.
    """
    reject_unknown(values, _MEMBERS if session is None else ("session", *_MEMBERS))
    key, route = _target(values, mock_app)
    operations = _operations(key, mock_app, session) if route is None else []
    if route is not None:
        _check_stub(values)
    status = integer(values, "status", 200, 599)
    example = _example(values, key, operations)
    headers = _headers(values)
    fault = _fault(values)
    delay_ms = integer(values, "delay_ms", 0, MAX_DELAY_MS)
    if delay_ms is None:
        delay_ms = DEFAULT_DELAY_MS.get(fault, 0) if fault is not None else 0
    raw = _raw(values)
    chunked = bool(flag(values, "chunked"))
    overrides = status is not None or example is not None or "body" in values or raw is not None
    if route is None and not (overrides or headers or delay_ms or fault or chunked):
        raise UsageError(
            "a response needs at least one of status, example, body, body_base64, fault, headers, chunked, delay_ms"
        )
    return QueuedResponse(
        id="",
        operation=key,
        route=route,
        match=values.get("match"),
        status=status,
        example=example,
        body=values.get("body"),
        has_body="body" in values,
        raw=raw,
        chunked=chunked,
        headers=headers,
        times=integer(values, "times", 1, 1_000_000_000) if "times" in values else 1,
        delay_ms=delay_ms,
        after_processing=_is_after(values),
        fault=fault,
        metadata=mapping(values, "metadata"),
    )


def _target(values: Mapping[str, Any], mock_app: MockApp) -> tuple[str, StubRoute | None]:
    """Return the name of an operation or vendor and `None`, or an empty string and the route of a stub."""
    if "method" not in values and "path" not in values:
        return _key(required_string(values, "operation"), mock_app), None
    if "operation" in values:
        raise UsageError("give either 'operation', or 'method' and 'path'")
    route = StubRoute.parse(required_string(values, "method"), required_string(values, "path"))
    match = mock_app.router.find(route.method, route.path)
    if match.vendor is not None and match.operation_id:
        return f"{match.vendor.name}.{match.operation_id}", None
    return "", route


def _key(name: str, mock_app: MockApp) -> str:
    """Return the name of an operation with its vendor, if `name` is the operationId of one vendor only; else `name`.

    Raises:
        UsageError: several vendors have an operation of that name.
    """
    if name in mock_app.vendors:
        return name
    keys = [each.key for each in mock_app.operations if each.id == name]
    if len(keys) > 1:
        raise UsageError(f"several vendors have an operation '{name}': write one of {', '.join(keys)}")
    return keys[0] if keys else name


def _check_stub(values: Mapping[str, Any]) -> None:
    for name in ("example", "phase"):
        if name in values:
            raise UsageError(f"'{name}' needs an operation: no contract has {values['method']} {values['path']}")


def _operations(key: str, mock_app: MockApp, session: Session | None) -> list[Operation]:
    """Return the operations that the name of an operation or vendor stands for."""
    vendor, _, operation_id = key.partition(".")
    if vendor in mock_app.vendors:
        operations = mock_app.contract(session, vendor).operations
        if key == vendor:
            return list(operations.values())
        if operation_id in operations:
            return [operations[operation_id]]
    known = [each.key for each in mock_app.operations]
    hint = did_you_mean(key, known)
    raise UsageError(f"unknown operation '{key}'{hint}: known are {', '.join(known)}")


def _example(values: Mapping[str, Any], key: str, operations: list[Operation]) -> str | None:
    example = string(values, "example")
    known = list(dict.fromkeys(name for operation in operations for name in operation.outcomes))
    if example is not None and example not in known:
        hint = did_you_mean(example, known)
        raise UsageError(f"{key} has no example '{example}'{hint}: known are {', '.join(known)}")
    return example


def _fault(values: Mapping[str, Any]) -> Fault | None:
    name = string(values, "fault")
    if name is None:
        return None
    try:
        return Fault(name)
    except ValueError:
        raise UsageError(f"'fault' must be one of {', '.join(Fault)}") from None


def _raw(values: Mapping[str, Any]) -> bytes | None:
    given = string(values, "body_base64")
    if given is None:
        return None
    if "body" in values:
        raise UsageError("give either 'body' or 'body_base64'")
    try:
        return b64decode(given, validate=True)
    except ValueError:
        raise UsageError("'body_base64' must be base64") from None


def _headers(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = values.get("headers")
    if given is None:
        return []
    pairs = list(given.items()) if isinstance(given, dict) else given
    if not isinstance(pairs, list) or len(pairs) > _MAX_HEADERS or not all(map(_is_pair, pairs)):
        raise UsageError(
            f"'headers' must be an object of at most {_MAX_HEADERS} names and strings, or a list of such pairs"
        )
    return [(name, _header_value(name, value)) for name, value in pairs]


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)


def _header_value(name: str, value: Any) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise UsageError("'headers': a name consists of letters, digits and hyphens")
    if name.lower() in _FRAMING:
        raise UsageError(f"'headers': {name} is set by the server")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # such as Retry-After: 30
    if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
        raise UsageError(f"'headers': {name} must be a string of at most 8192 Latin-1 characters without line breaks")
    return value.strip()


def _is_after(values: Mapping[str, Any]) -> bool:
    phase = string(values, "phase")
    if phase not in (None, "before", "after"):
        raise UsageError("'phase' must be 'before' or 'after'")
    return phase == "after"
