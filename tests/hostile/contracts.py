"""Contract documents of users, mutated: refused in one line, or served without a 5xx."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import httpx
import yaml

from crm_mocks import create_app
from crm_mocks.app import AsgiApp
from crm_mocks.errors import ContractError, UsageError
from tests.conftest import BASE_URL
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import as_text, mutated, mutated_bytes

_LEAD = {
    "type": "object",
    "required": ["email"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "email": {"type": "string", "format": "email", "maxLength": 50},
        "phone": {"type": "string", "pattern": "^[+0-9 ]{3,20}$", "nullable": True},
        "amount": {"type": "number", "minimum": 0, "multipleOf": 0.5},
        "kind": {"type": "string", "enum": ["car", "van"], "default": "car"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "uniqueItems": True},
        "parent": {"$ref": "#/components/schemas/Lead"},
        "contact": {"oneOf": [{"$ref": "#/components/schemas/Person"}, {"type": "string"}]},
    },
    "additionalProperties": False,
}
_PERSON = {"type": "object", "properties": {"name": {"type": "string"}}, "allOf": [{"required": ["name"]}]}
_JSON_LEAD = {"application/json": {"schema": {"$ref": "#/components/schemas/Lead"}, "example": {"email": "a@b.c"}}}
_PROBLEM = {"description": "wrong", "content": {"application/problem+json": {"schema": {"type": "object"}}}}


def _document(version: str, **parts: Any) -> dict[str, Any]:
    return {
        "openapi": version,
        "info": {"title": "Small CRM", "version": "1"},
        "servers": [{"url": "https://crm.example.com/v{major}", "variables": {"major": {"default": "1"}}}],
        "security": [{"key": []}],
        "paths": {
            "/leads": {
                "parameters": [{"name": "X-Trace", "in": "header", "schema": {"type": "string"}}],
                "get": {
                    "operationId": "listLeads",
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100, "default": 10}},
                        {"name": "q", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    ],
                    "responses": {
                        "200": {
                            "description": "leads",
                            "headers": {"X-Total": {"schema": {"type": "integer"}}},
                            "content": {
                                "application/json": {
                                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Lead"}}
                                }
                            },
                        },
                        "default": _PROBLEM,
                    },
                },
                "post": {
                    "operationId": "createLead",
                    "requestBody": {"required": True, "content": _JSON_LEAD},
                    "responses": {"201": {"description": "made", "content": _JSON_LEAD}, "400": _PROBLEM},
                    "callbacks": {
                        "made": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "ok"}}}}}
                    },
                },
            },
            "/leads/{id}": {
                "get": {
                    "operationId": "getLead",
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "lead", "content": _JSON_LEAD}, "404": _PROBLEM},
                },
                "delete": {
                    "operationId": "deleteLead",
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                    "responses": {"204": {"description": "gone"}},
                },
            },
        },
        "components": {
            "schemas": {"Lead": _LEAD, "Person": _PERSON},
            "securitySchemes": {"key": {"type": "apiKey", "name": "X-Key", "in": "header"}},
        },
        **parts,
    }


DOCUMENTS = [
    _document("3.0.3"),
    _document(
        "3.1.0",
        webhooks={"made": {"post": {"operationId": "made", "responses": {"200": {"description": "ok"}}}}},
        components={
            "schemas": {
                "Lead": {
                    **_LEAD,
                    "$defs": {"a": {"const": 1}},
                    "unevaluatedProperties": False,
                    "type": ["object", "null"],
                },
                "Person": {"type": "object", "prefixItems": [True, False], "if": {}, "then": {"minProperties": 1}},
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    ),
]
"""Contracts to mutate."""

HOSTILE: tuple[Any, ...] = (
    {"$ref": "#"},
    {"$ref": "#/components/schemas/Lead"},
    {"$ref": "#/components/schemas/Lead/properties/parent"},
    {"$ref": "file:///etc/passwd"},
    {"$ref": "http://127.0.0.1:1/x.yaml"},
    {"$ref": "../../../etc/passwd#/a"},
    {"$ref": "#/paths/~1leads/get"},
    {"allOf": [{"$ref": "#/components/schemas/Lead"}] * 20},
    {"oneOf": [{"$ref": "#/components/schemas/Lead"}, {"$ref": "#/components/schemas/Lead"}]},
    {"type": "string", "pattern": "^(a+)+$"},
    {"type": "string", "pattern": "(?=(a+))\\1b"},
    {"type": "string", "pattern": "(((((((((a{0,99}){0,99}){0,99}){0,99})))))))"},
    {"type": "string", "pattern": "("},
    {"type": "string", "minLength": 10**9},
    {"type": "string", "maxLength": -1, "minLength": 10**30},
    {"type": "array", "minItems": 10**9, "items": {"type": "object"}},
    {"type": "integer", "minimum": 1e308, "maximum": -1e308, "multipleOf": 0},
    {"type": "object", "minProperties": 10**9},
    {"type": "nothing"},
    {"enum": []},
    {"not": {}},
    False,
    True,
)
"""Parts of contracts that are hostile by meaning."""


class Contracts(Attack):
    """A mutated contract is refused, or all its operations can be called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._path = Path(self.held.enter_context(tempfile.TemporaryDirectory())) / "crm.yaml"

    def make(self, rng: Random) -> Input:
        document = rng.choice(DOCUMENTS)
        if rng.random() < 0.85:
            document = mutated(rng, document, HOSTILE if rng.random() < 0.6 else None)
            data = as_text(document).encode("latin-1")
        else:
            data = mutated_bytes(rng, yaml.safe_dump(document, sort_keys=False).encode())
        body = as_text(mutated(rng, {"email": "a@b.c", "amount": 1.5, "kind": "car", "tags": ["a"], "parent": None}))
        return {"contract": data.decode("latin-1"), "body": body}

    def fault(self, made: Input) -> str:
        self._path.write_bytes(made["contract"].encode("latin-1"))
        try:
            app = create_app([str(self._path)], seed=1)
        except (ContractError, UsageError) as error:
            return f"an error of several lines: {error}"[:300] if "\n" in str(error) else ""
        with _logged_crashes() as crashes:
            return asyncio.run(_called(app, made["body"].encode("latin-1"))) or next(iter(crashes), "")


class _Crashes(logging.Handler):
    """Keeps the exceptions that are logged: every operation documents the 500 that they become."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.found.append(f"{record.getMessage()}: {record.exc_info[1]!r}"[:300])


@contextmanager
def _logged_crashes() -> Iterator[list[str]]:
    crashes = _Crashes()
    logging.getLogger().addHandler(crashes)
    try:
        yield crashes.found
    finally:
        logging.getLogger().removeHandler(crashes)


async def _called(app: AsgiApp, body: bytes) -> str:
    """Call all operations; return what is wrong."""
    ((name, contract),) = app.mock_app.contracts.items()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL)
    credentials = {"X-Key": "demo-key", "Authorization": "Bearer demo-token"}
    async with client:
        for headers in ({**credentials, "Content-Type": "application/json"}, {}):
            for operation in list(contract.operations.values())[:12]:
                url = BASE_URL + quote(operation.path, errors="replace")
                response = await client.request(operation.method, url, content=body, headers=headers)
                if response.status_code >= 500 and response.status_code not in operation.responses:
                    return f"{operation.key}: {response.status_code} {response.text:.200}"
        for path in ("/", "/__admin/verdict", f"/openapi/{name}.json"):
            response = await client.get(path)
            if response.status_code != 200:
                return f"{path}: {response.status_code} {response.text:.200}"
    return ""
