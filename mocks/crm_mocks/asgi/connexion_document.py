"""The OpenAPI document that connexion gets: the parts of all contracts that its middlewares read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.contract import Contract, Operation

SECURED: Final = "secured"
"""The operation of `security_document`."""


def connexion_document(contracts: Mapping[str, Contract]) -> dict[str, Any]:
    """Return one document with the paths and the security of all contracts."""
    paths: dict[str, dict[str, Any]] = {}
    schemes: dict[str, Any] = {}
    for name, contract in contracts.items():
        for scheme_name, scheme in contract.security_schemes.items():
            schemes[f"{name}.{scheme_name}"] = {**_known_scheme(scheme), "x-name": scheme_name}
        for operation in contract.operations.values():
            paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return _document(paths, schemes)


def security_document(operation: Operation) -> dict[str, Any]:
    """Return a document with one operation, `GET /`, that has the security of a given one.

    Credentials are declared as API keys whatever they are: connexion knows neither `mutualTLS` nor two tokens at once.
    """
    names = dict.fromkeys(name for alternative in operation.security for name in alternative)
    node = {
        "operationId": SECURED,
        "security": [{name: [] for name in alternative} for alternative in operation.security],
        "responses": {"default": {"description": "see the vendor's contract"}},
    }
    schemes = {name: {"type": "apiKey", "in": "header", "name": "X-Key", "x-name": name} for name in names}
    return _document({"/": {"get": node}}, schemes)


def _document(paths: Mapping[str, Any], schemes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "crm-mocks", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    """Return an operation without parameters and body, which `validation.py` reads from the contract."""
    return {
        "operationId": operation.key,
        "security": [
            {f"{operation.vendor}.{name}": scopes for name, scopes in alternative.items()}
            for alternative in operation.security
        ],
        "responses": {"default": {"description": "see the vendor's contract"}},
    }


def _known_scheme(scheme: Mapping[str, Any]) -> dict[str, Any]:
    """Return a security scheme that connexion knows; the vendor is given the contract's own, whatever it is."""
    kind = scheme.get("type")
    if kind in ("apiKey", "oauth2") or (kind == "http" and str(scheme.get("scheme")).lower() in ("basic", "bearer")):
        return {key: value for key, value in scheme.items() if not key.startswith("x-")}
    return {"type": "apiKey", "in": "header", "name": "Authorization"}
