"""Schemas of requests and responses in a contract's operations, without compiling anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.contract.outcome import is_json
from crm_mocks.generic.merged_schema import resolved


def response_schema(document: Mapping[str, Any], node: Mapping[str, Any], status: int, media_type: str = "") -> Any:
    """Return the schema of a response; `None` if it has no body or no schema.

    Args:
        document: the contract.
        node: the operation object.
        status: of the response.
        media_type: lower-case; empty for the first JSON one.
    """
    response = resolved(document, (node.get("responses") or {}).get(str(status)))
    return _schema(response.get("content"), media_type)


def success_schema(document: Mapping[str, Any], node: Mapping[str, Any]) -> Any:
    """Return the schema of the first success of the lowest status; `None` if it has no body or no schema."""
    statuses = sorted(each for each in node.get("responses") or {} if str(each).startswith("2"))
    status = parse_digits(str(statuses[0]), 3) if statuses else None
    return None if status is None else response_schema(document, node, status)


def request_schema(document: Mapping[str, Any], node: Mapping[str, Any], media_type: str = "") -> Any:
    """Return the schema of the request body; `None` if there is none.

    Args:
        document: the contract.
        node: the operation object.
        media_type: lower-case; empty for the first JSON one.
    """
    return _schema(resolved(document, node.get("requestBody")).get("content"), media_type)


def _schema(content: Any, media_type: str) -> Any:
    if not isinstance(content, Mapping) or not content:
        return None
    named = {str(name).partition(";")[0].strip().lower(): media for name, media in content.items()}
    chosen = named.get(media_type) if media_type else None
    if chosen is None:
        chosen = next((media for name, media in named.items() if is_json(name)), next(iter(named.values())))
    return chosen.get("schema") if isinstance(chosen, Mapping) else None
