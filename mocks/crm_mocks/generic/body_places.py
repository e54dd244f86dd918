"""Where records stand in bodies: bare, in envelopes such as `{"data": {...}}`, or in arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.generic.member_names import plain_name, singular
from crm_mocks.generic.merged_schema import merged, properties, resolved
from crm_mocks.location import Location

_ENVELOPES: Final = ("data", "result", "item", "record", "entity", "payload", "response", "body", "object")
_LISTS: Final = ("data", "results", "items", "value", "records", "entries", "list", "rows", "payload", "resources")
_KEYS: Final = ("id", "_id", "uuid", "guid", "gid", "key", "code", "slug", "number", "name")
_BESIDE: Final = frozenset(
    {"meta", "links", "status", "success", "ok", "code", "message", "messages", "error", "errors", "requestid",
     "included", "jsonapi", "time", "timestamp", "type", "warnings", "additionaldata", "relatedobjects", "pagination",
     "paging"}
)  # fmt: skip  # a table reads better in rows
"""Members that stand beside a record in an envelope."""

_DEPTH: Final = 3


@dataclass(frozen=True)
class ListPlace:
    """Where the records of a list stand.

    Attributes:
        path: to the array.
        entry: from an entry of the array to the record.
    """

    path: Location
    entry: Location = ()


def key_path(document: Mapping[str, Any], schema: Any, item: str, parameter: str) -> tuple[str, ...] | None:
    """Return the path to the member of a record that identifies it, usually `("id",)`; `None` if there is none.

    Args:
        document: the contract.
        schema: of the record.
        item: what the record is called, a plain name.
        parameter: path parameter that identifies it, or empty.
    """
    members = properties(document, schema)
    by_plain = {plain_name(name): name for name in reversed(members)}
    wanted = plain_name(parameter)
    if "id" in members:
        inner = {plain_name(name): name for name in properties(document, members["id"])}
        if inner:
            name = next((each for each in (wanted, f"{wanted}id", f"{item}id") if each in inner), None)
            return None if name is None else ("id", inner[name])
        if wanted in ("", item, "id") or wanted not in by_plain:
            return ("id",)
    for name in (wanted, f"{item}id", "id"):
        if name and name in by_plain and not properties(document, members[by_plain[name]]):
            return (by_plain[name],)
    for name in ("metadata", "meta"):
        inner = {plain_name(each): each for each in properties(document, members.get(name))}
        if wanted and wanted in inner:
            return (name, inner[wanted])
    suffixes = [name for name in _KEYS if wanted.endswith(plain_name(name)) and name in members]
    return (suffixes[0],) if suffixes else None


def find_record(document: Mapping[str, Any], schema: Any, item: str, parameter: str) -> Location | None:
    """Return the path to the record in a body; `None` if there is none.

    Args:
        document: the contract.
        schema: of the body.
        item: what the record is called, a plain name.
        parameter: path parameter that identifies it, or empty.
    """
    return _find_record(document, schema, item, parameter, _DEPTH)


def _find_record(document: Mapping[str, Any], schema: Any, item: str, parameter: str, depth: int) -> Location | None:
    members = properties(document, schema)
    by_plain = {plain_name(name): name for name in members}
    envelopes = [by_plain[name] for name in (item, *_ENVELOPES) if name in by_plain]
    has_key = key_path(document, schema, item, parameter) is not None
    if depth:
        for name in envelopes:
            found = _find_record(document, members[name], item, parameter, 0 if has_key else depth - 1)
            if found is not None and not (has_key and plain_name(name) not in (item, "data")):
                return (name, *found)
    if has_key:
        return ()
    if not depth:
        return None
    for name in _arrays(document, schema, item):
        items = merged(document, members[name]).get("items")
        if _find_record(document, items, item, parameter, 0) is not None:
            return (name, 0)
    objects = [name for name in members if plain_name(name) not in _BESIDE and properties(document, members[name])]
    others = [name for name in members if name not in objects and plain_name(name) not in _BESIDE]
    for name in objects if len(objects) == 1 and not others else ():
        found = _find_record(document, members[name], item, parameter, depth - 1)
        if found is not None:
            return (name, *found)
    return None


def find_list(document: Mapping[str, Any], schema: Any, item: str) -> ListPlace | None:
    """Return where the records of a list stand in a body; `None` if it has no array of objects.

    Args:
        document: the contract.
        schema: of the body.
        item: what a record is called, a plain name.
    """
    return _find_list(document, schema, item, _DEPTH)


def _find_list(document: Mapping[str, Any], schema: Any, item: str, depth: int) -> ListPlace | None:
    flat = merged(document, schema)
    if flat.get("type") == "array":
        return ListPlace((), _entry(document, flat.get("items"), item))
    members = properties(document, schema)
    arrays = _arrays(document, schema, item)
    if arrays:
        return ListPlace((arrays[0],), _entry(document, merged(document, members[arrays[0]]).get("items"), item))
    if depth <= 1:
        return None
    by_plain = {plain_name(name): name for name in members}
    for plain in (*_LISTS, *_ENVELOPES):
        if plain in by_plain and properties(document, members[by_plain[plain]]):
            inner = _find_list(document, members[by_plain[plain]], item, depth - 1)
            if inner is not None:
                return ListPlace((by_plain[plain], *inner.path), inner.entry)
    return None


def _entry(document: Mapping[str, Any], schema: Any, item: str) -> Location:
    """Return the path from an entry of a list to the record, for entries with envelopes of their own."""
    found = _find_record(document, schema, item, "", 1)
    return found if found and all(isinstance(step, str) for step in found) else ()


def _arrays(document: Mapping[str, Any], schema: Any, item: str) -> list[str]:
    """Return the members of an object that are arrays of objects and may be the list, the likeliest first."""
    members = properties(document, schema)
    arrays = [name for name in members if _is_array_of_objects(document, members[name])]
    usual = [name for name in arrays if singular(name) == item or plain_name(name) in _LISTS]
    if "id" in members and not any(singular(name) == item for name in usual):
        return []  # a record with a list in it
    others = [
        name for name in arrays if name not in usual and not plain_name(name).endswith(("errors", "warnings", "links"))
    ]
    return sorted(usual, key=lambda name: singular(name) != item) or (others if len(others) == 1 else [])


def _is_array_of_objects(document: Mapping[str, Any], schema: Any) -> bool:
    flat = merged(document, schema)
    if flat.get("type") != "array":
        return False
    items = flat.get("items")
    return bool(properties(document, items)) or merged(document, items).get("type") in (None, "object")


def schema_at(document: Mapping[str, Any], schema: Any, steps: Iterable[str | int]) -> Any:
    """Return the schema at a path within the values of a schema; an empty one if it is not described."""
    for step in steps:
        if isinstance(step, int):
            schema = merged(document, schema).get("items") or {}
        else:
            schema = properties(document, schema).get(step)
            if schema is None:
                return {}
    return schema if isinstance(schema, Mapping) else resolved(document, schema)


def value_at(body: Any, steps: Iterable[str | int]) -> Any:
    """Return the value at a path in a body; `None` if there is none."""
    for step in steps:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def with_value(body: Any, steps: Location, value: Any) -> Any:
    """Return a copy of a body with another value at a path, making what encloses it."""
    if not steps:
        return value
    step, *rest = steps
    if isinstance(step, int):
        return [with_value(body[0] if isinstance(body, list) and body else None, tuple(rest), value)]
    inner = body if isinstance(body, dict) else {}
    return {**inner, step: with_value(inner.get(step), tuple(rest), value)}
