"""Whether a body keeps to the contract, by the contract's own formats too, of which schemathesis knows only some."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas


class Validity:
    """Judges request bodies.

    Attributes:
        document: the contract in force, an OpenAPI document; to be set before a body is judged.
    """

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}

    @cached_property
    def _schemas(self) -> Schemas:
        return Schemas("verify", self.document)

    def is_valid(self, path: str, method: str, media_type: str | None, body: Any) -> bool:
        """Tell whether a body keeps to the schema that an operation has for its media type.

        Args:
            path: of the operation, as in the contract.
            method: of the operation, in any letter case.
            media_type: of the body, as in the contract.
            body: in JSON types.
        """
        request: Mapping[str, Any] = self.document["paths"][path][method.lower()].get("requestBody", {})
        content = follow(self.document, request).get("content", {})
        schema = content.get(media_type, {}).get("schema")
        return schema is None or bool(self._schemas.compile(schema).is_valid(body))
