"""Records built from requests: the client's members, and those that a server makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from crm_mocks.generic.body_places import value_at
from crm_mocks.generic.member_names import plain_name
from crm_mocks.generic.merged_schema import merged, properties, resolved

_DEPTH: Final = 6
_CREATED: Final = re.compile(r"creat|insertedat|addedat|addtime")
_CHANGED: Final = re.compile(r"updat|modif|edited|changedat")
_ENDED: Final = re.compile(r"delet|archiv|remov|trash|cancel|closed|complet|revoked|expired")
_MILLISECONDS: Final = 100_000_000_000


def built(  # noqa: C901  # one case per kind of member
    document: Mapping[str, Any], schema: Any, request: Any, given: Any, made: Any, depth: int = _DEPTH
) -> Any:
    """Return a record: the client's members, and the server's own for those that clients cannot send.

    A member that the client could have sent but did not is absent, null or its default.

    Args:
        document: the contract.
        schema: of the record in responses.
        request: of the record in requests.
        given: what the client sent.
        made: a whole record, whose members are taken where the client has no say.
        depth: nesting of objects to compare; deeper ones are as the client sent them.
    """
    members = properties(document, schema)
    if not isinstance(given, Mapping) or not members or not depth:
        return given
    writable = properties(document, request)
    flat = merged(document, schema)
    required = flat.get("required") or ()
    result: dict[str, Any] = {}
    model = made if isinstance(made, Mapping) else {}
    for name, inner in members.items():
        node = resolved(document, inner)
        if node.get("writeOnly") is True:
            continue
        is_writable = node.get("readOnly") is not True and (
            name in writable and resolved(document, writable[name]).get("readOnly") is not True
        )
        if name in given and node.get("readOnly") is not True:
            result[name] = built(document, inner, writable.get(name), given[name], model.get(name), depth - 1)
        elif not is_writable:
            if name in model:
                result[name] = model[name]
        elif "default" in node:
            result[name] = node["default"]
        elif node.get("nullable") is True:
            result[name] = None
        elif name in required and name in model:
            result[name] = model[name]
    if flat.get("additionalProperties") not in (None, False):
        result.update({name: value for name, value in given.items() if name not in members})
    return result


def changeable(document: Mapping[str, Any], schema: Any, given: Any) -> Any:
    """Return the members of a change that the record has and that clients may set.

    Args:
        document: the contract.
        schema: of the record in responses.
        given: what the client sent.
    """
    members = properties(document, schema)
    if not isinstance(given, Mapping) or not members:
        return given
    is_open = merged(document, schema).get("additionalProperties") not in (None, False)
    return {
        name: changeable(document, members[name], value) if name in members else value
        for name, value in given.items()
        if (name in members and not _is_the_servers(resolved(document, members[name])))
        or (is_open and name not in members)
    }


def _is_the_servers(node: Mapping[str, Any]) -> bool:
    return node.get("readOnly") is True or node.get("writeOnly") is True


def without_write_only(document: Mapping[str, Any], schema: Any, value: Any, depth: int = _DEPTH) -> Any:
    """Return a value without the members that only requests have, such as passwords.

    Args:
        document: the contract.
        schema: of the value.
        value: the value.
        depth: nesting to look at.
    """
    if not depth or not isinstance(value, Mapping | list):
        return value
    if isinstance(value, list):
        items = merged(document, schema).get("items")
        return [without_write_only(document, items, each, depth - 1) for each in value] if items else value
    members = properties(document, schema)
    return {
        name: without_write_only(document, members[name], inner, depth - 1) if name in members else inner
        for name, inner in value.items()
        if name not in members or resolved(document, members[name]).get("writeOnly") is not True
    }


def without_wrong_nulls(document: Mapping[str, Any], schema: Any, record: Any) -> Any:
    """Return a record without members that are null but must not be: a client removed them."""
    members = properties(document, schema)
    if not isinstance(record, Mapping) or not members:
        return record
    return {
        name: without_wrong_nulls(document, members.get(name), value)
        for name, value in record.items()
        if value is not None or name not in members or _takes_null(document, members[name])
    }


def _takes_null(document: Mapping[str, Any], schema: Any) -> bool:
    node = resolved(document, schema)
    return node.get("nullable") is True or "type" not in merged(document, schema)


def stamped(document: Mapping[str, Any], schema: Any, record: Any, now: datetime, *, created: bool, given: Any) -> Any:
    """Return a record with the moments of its creation and of its last change, as far as it has such members.

    Args:
        document: the contract.
        schema: of the record.
        record: the record.
        now: the present moment.
        created: whether it is new; then what tells of its end is removed too.
        given: what the client sent, which stays.
    """
    members = properties(document, schema)
    if not isinstance(record, Mapping):
        return record
    required = merged(document, schema).get("required") or ()
    result: dict[str, Any] = {}
    for name, value in record.items():
        plain = plain_name(name)
        sent = value_at(given, (name,))
        if sent is not None and not isinstance(sent, Mapping):
            result[name] = value
        elif isinstance(value, Mapping) and plain in ("attributes", "properties", "metadata", "meta"):
            result[name] = stamped(document, members.get(name), value, now, created=created, given=sent)
        elif created and _ENDED.search(plain) and isinstance(value, bool):
            result[name] = False
        elif created and _ENDED.search(plain) and name in members and name not in required:
            if resolved(document, members[name]).get("nullable") is True:
                result[name] = None
        elif (_CREATED.search(plain) and created) or _CHANGED.search(plain):
            result[name] = _moment(value, now)
        else:
            result[name] = value
    return result


def _moment(value: Any, now: datetime) -> Any:
    """Return the present moment in the form of another one; what is no moment stays."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 1_000_000_000:
        seconds = int(now.timestamp())
        return seconds * 1000 if value > _MILLISECONDS else seconds
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return now.strftime("%Y-%m-%d")
    match = re.fullmatch(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", value)
    if match is None:
        return value
    fraction = f".{'0' * (len(match[2]) - 1)}" if match[2] else ""
    zone = match[3] or ""
    zone = zone if zone in ("", "Z") else ("+00:00" if ":" in zone else "+0000")
    return f"{now:%Y-%m-%d}{match[1]}{now:%H:%M:%S}{fraction}{zone}"
