"""Records built from requests: the client's members, and those that a server makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from crm_mocks.generic.member_meanings import Meaning, meaning_of
from crm_mocks.generic.schema_views import SchemaView

_DEPTH: Final = 6
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_ABSENT: Final = object()
_SERVERS: Final = object()
"""Stands for the value that the server has made."""

_MILLISECONDS: Final = 100_000_000_000


def built(view: SchemaView, request: SchemaView | None, given: Any, made: Any, depth: int = _DEPTH) -> Any:
    """Return a record: the client's members, and the server's own for those that clients cannot send.

    A member that the client could have sent but did not is absent, null or its default.

    Args:
        view: schema of the record in responses.
        request: schema of the record in requests; `None` if it is not described.
        given: what the client sent.
        made: a whole record, whose members are taken where the client has no say.
        depth: nesting of objects to compare; deeper ones are as the client sent them.
    """
    members = view.members
    if not isinstance(given, dict) or not members or not depth:
        return given
    result: dict[str, Any] = {}
    model = made if isinstance(made, dict) else {}
    for name, member, sent, is_sent, otherwise in _sources(view, request):
        if is_sent and name in given:
            value = given[name]
            if not isinstance(value, dict | list):
                result[name] = value
                continue
            if _has_form(member, value):
                result[name] = built(member, sent, value, model.get(name), depth - 1)
                continue
        if otherwise is _SERVERS:
            if name in model:
                result[name] = model[name]
        elif otherwise is not _ABSENT:
            result[name] = otherwise
    if view.is_open:
        result.update({name: value for name, value in given.items() if name not in members})
    return result


class _Source(NamedTuple):
    """Where the value of a member comes from.

    Attributes:
        name: of the member.
        member: its schema in responses.
        sent: its schema in requests; `None` if it is not described there.
        is_sent: whether clients may set it.
        otherwise: the value if the client has not set it; `_SERVERS` and `_ABSENT` for those without a fixed one.
    """

    name: str
    member: SchemaView
    sent: SchemaView | None
    is_sent: bool
    otherwise: Any


def _sources(view: SchemaView, request: SchemaView | None) -> list[_Source]:
    """Return the sources of a record's members, worked out once for each pair of schemas."""
    known: list[_Source] | None = view.sources.get(request)
    if known is None:
        known = view.sources[request] = list(_made_sources(view, request))
    return known


def _made_sources(view: SchemaView, request: SchemaView | None) -> Iterator[_Source]:
    writable: Mapping[str, SchemaView] = {} if request is None else request.members
    for name, member in view.members.items():
        if member.is_write_only:
            continue
        sent = writable.get(name)
        is_servers = sent is None or member.is_read_only or sent.is_read_only
        otherwise = _SERVERS if is_servers else _unsent(member, _SERVERS if name in view.required else _ABSENT)
        yield _Source(name, member, sent, not member.is_read_only, otherwise)


def _has_form(view: SchemaView, value: Any) -> bool:
    """Return whether a value is an object or a list where its schema is one: requests may have another form."""
    if isinstance(value, dict):
        return view.flat.get("type") != "array"
    return not isinstance(value, list) or view.flat.get("type") != "object"


def _unsent(view: SchemaView, otherwise: Any) -> Any:
    """Return the value of a member that the client could have sent but did not."""
    if "default" in view.node:
        return view.node["default"]
    return None if view.is_nullable else otherwise


def changeable(view: SchemaView, given: Any) -> Any:
    """Return the members of a change that the record has and that clients may set.

    Args:
        view: schema of the record in responses.
        given: what the client sent.
    """
    members = view.members
    if not isinstance(given, dict) or not members:
        return given
    result: dict[str, Any] = {}
    for name, value in given.items():
        member = members.get(name)
        if member is None:
            if view.is_open:
                result[name] = value
        elif member.is_read_only or member.is_write_only:
            continue
        elif not isinstance(value, dict | list):
            result[name] = value
        elif _has_form(member, value):
            result[name] = changeable(member, value)
    return result


def without_marked(view: SchemaView | None, value: Any, mark: str, depth: int = _DEPTH) -> Any:
    """Return a value without the members of the other direction, such as passwords in responses.

    Args:
        view: schema of the value; `None` if it is not described.
        value: the value.
        mark: of those members: `writeOnly` in responses, `readOnly` in requests.
        depth: nesting to look at.
    """
    if not depth or view is None or not isinstance(value, dict | list) or not view.may_have(mark):
        return value
    if isinstance(value, list):
        items = view.items
        return value if items is None else [without_marked(items, each, mark, depth - 1) for each in value]
    members = view.members
    result: dict[str, Any] = {}
    for name, inner in value.items():
        member = members.get(name)
        if member is not None and member.node.get(mark) is True:
            continue
        result[name] = without_marked(member, inner, mark, depth - 1) if isinstance(inner, dict | list) else inner
    return result


def without_wrong_nulls(view: SchemaView | None, record: Any) -> Any:
    """Return a record without members that are null but must not be: a client removed them.

    Args:
        view: schema of the record; `None` if it is not described.
        record: the record.
    """
    if view is None or not isinstance(record, dict) or not view.members:
        return record
    members = view.members
    result: dict[str, Any] = {}
    for name, value in record.items():
        member = members.get(name)
        if value is not None or member is None or member.takes_null:
            result[name] = without_wrong_nulls(member, value) if isinstance(value, dict) else value
    return result


def stamped(view: SchemaView | None, record: Any, now: datetime, *, created: bool, given: Any) -> Any:
    """Return a record with the moments of its creation and of its last change, as far as it has such members.

    Args:
        view: schema of the record; `None` if it is not described.
        record: the record.
        now: the present moment.
        created: whether it is new; then members about its end are removed too.
        given: what the client sent, which stays.
    """
    if not isinstance(record, dict):
        return record
    stamped_now = Meaning.CREATION | Meaning.CHANGE if created else Meaning.CHANGE
    result = dict(record)
    for name in _meaningful(view, record):
        meaning, value = meaning_of(name), record[name]
        sent = given.get(name) if isinstance(given, dict) else None
        if meaning is None or (sent is not None and not isinstance(sent, dict)):
            continue
        if Meaning.HOLDER in meaning and isinstance(value, dict):
            inner = None if view is None else view.members.get(name)
            result[name] = stamped(inner, value, now, created=created, given=sent)
        elif created and Meaning.END in meaning and isinstance(value, bool):
            result[name] = False
        elif created and Meaning.END in meaning and _is_optional(view, name):
            if view is not None and view.members[name].is_nullable:
                result[name] = None
            else:
                del result[name]
        elif meaning & stamped_now:
            result[name] = _moment(value, now)
    return result


def _meaningful(view: SchemaView | None, record: Mapping[str, Any]) -> list[str]:
    """Return the members of a record whose names may say something."""
    if view is None or view.is_open or not view.members:
        return list(record)
    return [name for name in view.meaningful if name in record]


def _is_optional(view: SchemaView | None, name: str) -> bool:
    return view is not None and name in view.members and name not in view.required


def _moment(value: Any, now: datetime) -> Any:
    """Return the present moment in the form of another one; what is no moment stays."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 1_000_000_000:
        seconds = int(now.timestamp())
        return seconds * 1000 if value > _MILLISECONDS else seconds
    if not isinstance(value, str):
        return value
    if _DATE.fullmatch(value):
        return now.strftime("%Y-%m-%d")
    match = _MOMENT.fullmatch(value)
    if match is None:
        return value
    fraction = f".{'0' * (len(match[2]) - 1)}" if match[2] else ""
    zone = match[3] or ""
    zone = zone if zone in ("", "Z") else ("+00:00" if ":" in zone else "+0000")
    return f"{now.isoformat(match[1], 'seconds')[:19]}{fraction}{zone}"
