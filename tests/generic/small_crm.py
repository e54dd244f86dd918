"""A small CRM contract as users write them, in the form that the adapter gives it."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.generic import GenericVendor

_PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}}
_PROTOCOL = (400, 401, 404, 405, 408, 413, 415, 422, 431, 500)


def response(schema: Any = None, example: Any = None, media_type: str = "application/json") -> dict[str, Any]:
    if schema is None:
        return {"description": "nothing"}
    media: dict[str, Any] = {"schema": schema}
    if example is not None:
        media["example"] = example
    return {"description": "a body", "content": {media_type: media}}


def body(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def adapted(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with operationIds, named examples and responses of the protocol."""
    document = copy.deepcopy({"openapi": "3.0.3", "info": {"title": "Small CRM", "version": "1"}, **document})
    for path, item in document["paths"].items():
        for method, node in item.items():
            if method == "parameters":
                continue
            node.setdefault("operationId", f"{method} {path}")
            for status, each in node["responses"].items():
                for media in each.get("content", {}).values():
                    if "examples" not in media:
                        example = media.pop("example", None)
                        media["examples"] = {
                            f"status_{status}": {
                                "value": example,
                                **({} if example is not None else {"x-generated": True}),
                            }
                        }
            for status in _PROTOCOL:
                if str(status) not in node["responses"]:
                    content = copy.deepcopy(_PROBLEM)
                    content["application/problem+json"]["examples"] = {
                        f"status_{status}": {"value": {"status": status, "title": "x", "detail": "x"}}
                    }
                    node["responses"][str(status)] = {"description": "", "x-protocol": True, "content": content}
    return document


def vendor(document: dict[str, Any], *, stateless: bool = False) -> GenericVendor:
    """Return the vendor of a document."""
    made = adapted(document)
    digest = hashlib.sha256(json.dumps(made).encode()).hexdigest()
    supplied = SuppliedContract("small", Path("small.yaml"), made, made, digest, ())
    return GenericVendor("small", supplied, stateless)


CONTACT = {
    "type": "object",
    "required": ["id", "email"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "email": {"type": "string", "format": "email"},
        "first_name": {"type": "string"},
        "city": {"type": "string", "nullable": True},
        "password": {"type": "string", "writeOnly": True},
        "status": {"type": "string", "enum": ["open", "closed"], "default": "open"},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
        "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}
ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "message": {"type": "string"}}},
        },
    },
}
NOTE = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "text": {"type": "string"}},
}


def query(name: str, kind: str = "string", **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": kind, **schema}}


def path_parameter(name: str, kind: str = "integer") -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


SMALL: dict[str, Any] = {
    "paths": {
        "/contacts": {
            "get": {
                "operationId": "listContacts",
                "parameters": [query("limit", "integer"), query("offset", "integer"), query("email"), query("status")],
                "responses": {
                    "200": response(
                        {
                            "type": "object",
                            "required": ["data", "total", "has_more"],
                            "properties": {
                                "data": {"type": "array", "items": ref("Contact")},
                                "total": {"type": "integer"},
                                "has_more": {"type": "boolean"},
                                "next": {"type": "string"},
                            },
                        }
                    )
                },
            },
            "post": {
                "operationId": "createContact",
                "requestBody": body(ref("Contact")),
                "responses": {
                    "201": response(ref("Contact"), {"id": 7, "email": "ada@example.com", "status": "open"}),
                    "400": response(ref("Error")),
                    "409": response(ref("Error"), {"code": "duplicate", "message": "exists"}),
                },
            },
        },
        "/contacts/{contactId}": {
            "parameters": [path_parameter("contactId")],
            "get": {
                "operationId": "getContact",
                "responses": {
                    "200": response(ref("Contact"), {"id": 7, "email": "ada@example.com", "status": "open"}),
                    "404": response(ref("Error")),
                },
            },
            "put": {
                "operationId": "replaceContact",
                "requestBody": body(ref("Contact")),
                "responses": {"200": response(ref("Contact"))},
            },
            "patch": {
                "operationId": "changeContact",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"type": "object"}},
                        "application/json-patch+json": {"schema": {"type": "array", "items": {"type": "object"}}},
                    },
                },
                "responses": {"200": response(ref("Contact"))},
            },
            "delete": {"operationId": "deleteContact", "responses": {"204": response()}},
        },
        "/contacts/{contactId}/notes": {
            "parameters": [path_parameter("contactId")],
            "get": {
                "operationId": "listNotes",
                "responses": {"200": response({"type": "array", "items": ref("Note")})},
            },
            "post": {
                "operationId": "createNote",
                "requestBody": body(ref("Note")),
                "responses": {"201": response({"type": "object", "properties": {"note": ref("Note")}})},
            },
        },
        "/contacts/{contactId}/notes/{noteId}": {
            "parameters": [path_parameter("contactId"), path_parameter("noteId", "string")],
            "get": {
                "operationId": "getNote",
                "responses": {"200": response({"type": "object", "properties": {"note": ref("Note")}})},
            },
        },
        "/ping": {
            "get": {
                "operationId": "ping",
                "responses": {
                    "200": response(
                        {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}, {"ok": True}
                    )
                },
            }
        },
    },
    "components": {"schemas": {"Contact": CONTACT, "Error": ERROR, "Note": NOTE}},
}


def item_schema(**members):
    return {"type": "object", "required": list(members)[:1], "properties": members}


def crud(path, parameter, schema, *, collection=None, item=None, listed=None):
    """Return the paths of a resource."""
    whole = collection or schema
    return {
        path: {
            "get": {"responses": {"200": response(listed or {"type": "array", "items": schema})}},
            "post": {"requestBody": body(schema), "responses": {"201": response(whole)}},
        },
        f"{path}/{{{parameter['name']}}}": {
            "parameters": [parameter],
            "get": {"responses": {"200": response(item or whole)}},
            "patch": {"requestBody": body({"type": "object"}), "responses": {"200": response(item or whole)}},
            "delete": {"responses": {"204": response()}},
        },
    }
