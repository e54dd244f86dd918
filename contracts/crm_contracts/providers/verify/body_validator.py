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
        request: Mapping[str, Any] = self.document["paths"][path][method.lower()].get("requestBody", {})
        content = follow(self.document, request).get("content", {})
        schema = content.get(media_type, {}).get("schema")
        return schema is None or bool(self._schemas.compile(schema).is_valid(body))
