"""The OpenAPI document that connexion gets: the part of an operation that its middlewares read."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.contract import Operation

SECURED: Final = "secured"
"""The operation of `security_document`."""


def security_document(operation: Operation) -> dict[str, Any]:
    """Return a document with one operation, `GET /`, that has the security of a given one.

    Credentials are declared as API keys whatever they are: connexion knows neither `mutualTLS` nor two tokens at once.
    """
    names = dict.fromkeys(name for alternative in operation.security for name in alternative)
    node = {
        "operationId": SECURED,
        "security": [dict(alternative) for alternative in operation.security],
        "responses": {"default": {"description": "see the vendor's contract"}},
    }
    schemes = {name: {"type": "apiKey", "in": "header", "name": "X-Key", "x-name": name} for name in names}
    return {
        "openapi": "3.0.3",
        "info": {"title": "crm-mocks", "version": "1"},
        "paths": {"/": {"get": node}},
        "components": {"securitySchemes": schemes},
    }
