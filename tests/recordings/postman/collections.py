"""Postman collections, and what is read from them."""

from __future__ import annotations

from typing import Any

from crm_contracts.recordings.postman.collection import CollectionRequest, collection_of, entries, request_of

BASE = "https://api.theirs.example/v1"
RESPONSE = {
    "name": "saved",
    "code": 200,
    "header": [{"key": "Content-Type", "value": "application/json"}],
    "body": '{"id": 42}',
}


def collection(*items: Any, **members: Any) -> dict[str, Any]:
    """Return a collection of version 2.1."""
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return {"info": {"name": "Their CRM", "schema": schema}, "item": list(items), **members}


def item(request: Any, *responses: Any, **members: Any) -> dict[str, Any]:
    """Return a request with saved responses."""
    return {"name": "Read a contact", "request": request, "response": list(responses), **members}


def folder(name: str, *items: Any, **members: Any) -> dict[str, Any]:
    """Return a folder."""
    return {"name": name, "item": list(items), **members}


def request(raw: str = f"{BASE}/contacts", method: str = "GET", **members: Any) -> dict[str, Any]:
    """Return a request."""
    return {"method": method, "header": [], "url": {"raw": raw}, **members}


def read_all(document: Any) -> list[CollectionRequest]:
    """Return the requests of a collection."""
    found = collection_of(document)
    assert found is not None
    return [request_of(entry, f"entry {number}") for number, entry in enumerate(entries(found), 1)]


def read_one(sent: Any, **members: Any) -> CollectionRequest:
    """Return the only request of a collection with other members, such as `auth`."""
    [found] = read_all(collection(item(sent), **members))
    return found


def pairs(**values: Any) -> list[dict[str, Any]]:
    """Return attributes or variables as version 2.1 writes them."""
    return [{"key": key, "value": value, "type": "string"} for key, value in values.items()]
