"""A contract as users write it, for `benchmarks.supplied`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_MOMENT: Final = {"type": "string", "format": "date-time", "readOnly": True}
_CONTACT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["id", "email"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "email": {"type": "string", "format": "email"},
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "phone": {"type": "string", "nullable": True},
        "status": {"type": "string", "enum": ["open", "closed"], "default": "open"},
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}, "country": {"type": "string"}},
        },
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
    },
}
_LIST: Final = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Contact"}},
        "total": {"type": "integer"},
    },
}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def contract(members: Sequence[str] = ()) -> dict[str, Any]:
    """Return a contract as users write it, with one resource.

    Args:
        members: further members of its records.
    """
    properties: dict[str, Any] = {**_CONTACT["properties"], **{name: {"type": "string"} for name in members}}
    contact = {"$ref": "#/components/schemas/Contact"}
    answer = {"200": {"description": "a contact", **_content(contact)}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Small CRM", "version": "1"},
        "paths": {
            "/contacts": {
                "get": {
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "contacts", **_content(_LIST)}},
                },
                "post": {
                    "requestBody": {"required": True, **_content(contact)},
                    "responses": {"201": {"description": "a contact", **_content(contact)}},
                },
            },
            "/contacts/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"responses": answer},
                "patch": {"requestBody": {"required": True, **_content({"type": "object"})}, "responses": answer},
                "delete": {"responses": {"204": {"description": "nothing"}}},
            },
        },
        "components": {"schemas": {"Contact": {**_CONTACT, "properties": properties}}},
    }
