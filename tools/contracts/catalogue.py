"""All tools, in the order of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from tools.contracts.clients.generator import Generator
from tools.contracts.clients.languages import JavaClient, PhpClient, PythonClient, TypescriptClient
from tools.contracts.tool import Tool
from tools.contracts.traffic.postman import Postman
from tools.contracts.traffic.prism import Prism
from tools.contracts.traffic.schemathesis import Schemathesis
from tools.contracts.traffic.specmatic import Specmatic
from tools.contracts.validators.openapi_typescript import OpenapiTypescript
from tools.contracts.validators.redocly import Redocly
from tools.contracts.validators.spec_validator import SpecValidator
from tools.contracts.validators.spectral import Spectral
from tools.contracts.validators.swagger_parser import SwaggerParser
from tools.contracts.workspace import Workspace

TOOLS: Final[tuple[type[Tool], ...]] = (
    Spectral,
    Redocly,
    SwaggerParser,
    SpecValidator,
    OpenapiTypescript,
    Prism,
    Specmatic,
    Postman,
    Schemathesis,
    Generator,
    PythonClient,
    TypescriptClient,
    PhpClient,
    JavaClient,
)


def chosen_tools(workspace: Workspace, names: Sequence[str], *, quick: bool) -> list[Tool]:
    """Return the tools to run.

    Args:
        workspace: where they are installed.
        names: names of the tools, ignoring case; all tools if empty.
        quick: without names, only those that are quick.

    Raises:
        UsageError: a tool is unknown.
    """
    known = {each.name.lower(): each for each in TOOLS}
    for name in names:
        if name.lower() not in known:
            hint = did_you_mean(name, known)
            raise UsageError(f"unknown tool '{name}'{hint}: known are {', '.join(each.name for each in TOOLS)}")
    chosen = [known[name.lower()] for name in names] or [each for each in TOOLS if each.quick or not quick]
    return [each(workspace) for each in chosen]
