"""openapi-spec-validator, the validator of the Python tools."""

from __future__ import annotations

from importlib.metadata import version
from typing import ClassVar

from openapi_spec_validator import OpenAPIV30SpecValidator

from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolFinding, ToolResult


class SpecValidator(Tool):
    """`OpenAPIV30SpecValidator`."""

    name: ClassVar[str] = "openapi-spec-validator"
    purpose: ClassVar[str] = "the OpenAPI 3.0 schema, and defaults against their schemas"
    quick: ClassVar[bool] = True

    def version(self) -> str:
        """Return the installed version."""
        return version("openapi-spec-validator")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Validate a contract."""
        errors = OpenAPIV30SpecValidator(contract.document).iter_errors()
        return ToolResult([ToolFinding("/".join(map(str, error.absolute_path)), error.message) for error in errors])
