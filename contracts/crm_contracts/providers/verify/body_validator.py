"""Validation of request bodies that includes the contract's own formats, unlike that of schemathesis."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas


class BodyValidator:
    """Validator of request bodies.

    Attributes:
        document: the contract in force, an OpenAPI document; set it before validating.
    """

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}

    @cached_property
    def _schemas(self) -> Schemas:
        return Schemas("verify", self.document)

    def is_valid(self, path: str, method: str, media_type: str | None, body: Any) -> bool:
        """Return whether a body satisfies the operation's schema for its media type.

        Args:
            path: of the operation, as in the contract.
            method: of the operation, in any case.
            media_type: of the body, as in the contract.
            body: decoded JSON.
        """
        validator = self.validator(path, method, media_type)
        return validator is None or bool(validator.is_valid(_plain(body)))

    def validator(self, path: str, method: str, media_type: str | None) -> Any:
        """Return the jsonschema-rs validator of a body, or `None` if there is no schema; arguments as in `is_valid`."""
        schema = self._content(path, method, media_type).get("schema")
        return None if schema is None else self._schemas.compile(schema)

    def example(self, path: str, method: str, media_type: str | None) -> Any:
        """Return the first valid example of a body, or `None`; arguments as in `is_valid`."""
        examples = self._content(path, method, media_type).get("examples", {}).values()
        values = (follow(self.document, example).get("value") for example in examples)
        return next((value for value in values if self.is_valid(path, method, media_type, value)), None)

    def _content(self, path: str, method: str, media_type: str | None) -> Mapping[str, Any]:
        request: Mapping[str, Any] = self.document["paths"][path][method.lower()].get("requestBody", {})
        content: Mapping[str, Any] = follow(self.document, request).get("content", {}).get(media_type, {})
        return content


def _plain(value: Any) -> Any:
    """Return a value with text in place of the bytes and the binary strings that schemathesis generates for files."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value) if isinstance(value, str) else value
