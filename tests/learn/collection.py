"""A Postman collection with folders, variables, authorization and saved responses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SECRET = "sk-live-12345678"  # looked for in drafts
CONTACT = {"id": 42, "email": "ada@example.com", "created": "2026-01-31T12:00:00Z", "company": None}


def response(request: dict[str, Any], code: int, body: Any) -> dict[str, Any]:
    return {
        "name": "saved",
        "originalRequest": request,
        "code": code,
        "header": [{"key": "Content-Type", "value": "application/json"}],
        "_postman_previewlanguage": "json",
        "body": json.dumps(body),
    }


def request(method: str, raw: str, **members: Any) -> dict[str, Any]:
    return {"method": method, "header": [], "url": {"raw": raw, **members.pop("url", {})}, **members}


READ = request(
    "GET",
    "{{base}}/contacts/:contactId",
    url={"variable": [{"key": "contactId", "value": "42", "description": "The contact's number."}]},
)
LIST = request(
    "GET",
    "{{base}}/contacts?limit=2",
    url={
        "query": [
            {"key": "limit", "value": "2", "description": "Page size."},
            {"key": "q", "value": "ada", "disabled": True},
        ]
    },
)
CREATE = request(
    "POST",
    "{{base}}/contacts",
    body={"mode": "raw", "raw": '{"email": "ada@example.com"}', "options": {"raw": {"language": "json"}}},
)
LOGIN = request(
    "POST",
    "{{base}}/login",
    auth={"type": "noauth"},
    body={
        "mode": "urlencoded",
        "urlencoded": [{"key": "user", "value": "ada"}, {"key": "password", "value": "{{password}}"}],
    },
)
UPLOAD = request(
    "POST",
    "{{base}}/contacts/{{contact}}/photo",
    body={
        "mode": "formdata",
        "formdata": [{"key": "photo", "type": "file", "src": "a.png"}, {"key": "title", "value": "Ada"}],
    },
)

COLLECTION: dict[str, Any] = {
    "info": {
        "name": "Their CRM",
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    "auth": {"type": "apikey", "apikey": [{"key": "key", "value": "X-Key"}, {"key": "value", "value": SECRET}]},
    "variable": [{"key": "base", "value": "https://api.theirs.example/v1"}, {"key": "password", "value": SECRET}],
    "item": [
        {
            "name": "Contacts",
            "item": [
                {"name": "Read a contact", "request": READ, "response": [response(READ, 200, CONTACT)]},
                {
                    "name": "Find contacts",
                    "request": LIST,
                    "response": [response(LIST, 200, {"data": [CONTACT], "total": 1})],
                },
                {
                    "name": "Create a contact",
                    "request": CREATE,
                    "response": [
                        response(CREATE, 201, CONTACT),
                        response(CREATE, 422, {"error": "duplicate", "message": "It is known."}),
                        response(CREATE, 422, {"error": "invalid", "message": "No e-mail address."}),
                    ],
                },
                {"name": "Upload a photo", "request": UPLOAD, "response": []},
            ],
        },
        {"name": "Log in", "request": LOGIN, "response": [response(LOGIN, 200, {"token": SECRET})]},
    ],
}


def write_collection(folder: Path, collection: Any = None) -> Path:
    path = folder / "collection.json"
    path.write_text(json.dumps(COLLECTION if collection is None else collection))
    return path
