"""Parameters that schemathesis can put into a request: those in a URL or a header are text, whatever their format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow

_BINARY: Final = "binary"
"""Schemathesis makes bytes for this format, sends none outside of a body, and gives the operation up."""


def with_text_parameters(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document whose parameters have no binary format; nothing else is changed."""
    paths = {path: _path(document, item) for path, item in document.get("paths", {}).items()}
    return {**document, "paths": paths}


def _path(document: Mapping[str, Any], item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return {name: _operation(document, value) for name, value in _parameters(document, item).items()}


def _operation(document: Mapping[str, Any], value: Any) -> Any:
    return _parameters(document, value) if isinstance(value, Mapping) else value


def _parameters(document: Mapping[str, Any], holder: Mapping[str, Any]) -> dict[str, Any]:
    """Return a path item or an operation with its own parameters as text."""
    listed = holder.get("parameters")
    if not isinstance(listed, list):
        return dict(holder)
    return {**holder, "parameters": [_parameter(document, each) for each in listed]}


def _parameter(document: Mapping[str, Any], parameter: Any) -> Any:
    node = follow(document, parameter)
    schema = follow(document, node.get("schema"))
    if not isinstance(schema, Mapping):
        return parameter
    text = _without_format(schema)
    items = follow(document, schema.get("items"))
    if isinstance(items, Mapping) and items.get("format") == _BINARY:
        text["items"] = _without_format(items)
    return parameter if text == schema else {**node, "schema": text}


def _without_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if (name, value) != ("format", _BINARY)}
