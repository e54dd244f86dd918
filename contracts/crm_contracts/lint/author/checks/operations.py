"""Rules on operations, paths, servers and security."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.lint.author.contract import AuthorContract, OperationPart
from crm_contracts.lint.registry import Problems, warning
from crm_contracts.report.text import plural
from crm_mocks.supplied.source import Location

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


@warning(
    "operation-id-present",
    why="Overrides, reports and allow-lists name operations; a name made from method and path changes with them.",
    fix="Add an operationId, such as createContact.",
)
def operation_id_present(contract: AuthorContract) -> Problems:
    """Find operations without operationId; if no operation has one, that is one finding."""
    served = _served(contract)
    affected = [operation for operation in served if not isinstance(operation.node.get("operationId"), str)]
    if len(affected) == len(served) > 1:
        first = affected[0]
        yield first.location, f"no operation has an operationId; names are made, such as {first.name} for this one"
        return
    for operation in affected:
        yield operation.location, f"the operation has no operationId; its name is {operation.name}"


@warning(
    "error-documented",
    why="sweep and fuzz answer clients with documented errors: without any, error handling is not tested.",
    fix="Document the errors, such as 400 and 404, with status, schema and example; `default` stands for all.",
)
def error_documented(contract: AuthorContract) -> Problems:
    """Find operations without documented errors; if no operation has any, that is one finding."""
    return _once_if_all(
        _served(contract),
        lambda operation: not any(response.is_error for response in contract.responses(operation)),
        "the operation documents no error",
        "no operation documents an error",
    )


@warning(
    "unauthorized-documented",
    why="Requests without credentials are answered with a generic 401, which the real provider may not send.",
    fix="Document 401 for operations with security; `4XX` and `default` stand for it too.",
)
def unauthorized_documented(contract: AuthorContract) -> Problems:
    """Find operations that need credentials but document no refusal; if all do, that is one finding."""

    def needs_credentials(operation: OperationPart) -> bool:
        written = operation.node.get("security", contract.document.get("security"))
        return isinstance(written, list) and bool(written) and {} not in written

    def lacks_refusal(operation: OperationPart) -> bool:
        statuses = {response.status.upper() for response in contract.responses(operation)}
        return statuses.isdisjoint({"401", "403", "4XX", "DEFAULT"})

    return _once_if_all(
        [operation for operation in _served(contract) if needs_credentials(operation)],
        lacks_refusal,
        "the operation has security, but documents neither 401 nor 403",
        "no operation with security documents 401 or 403",
    )


@warning(
    "security-stated",
    why="Without security the mock accepts requests without credentials, though the provider refuses them.",
    fix="Add securitySchemes and security; `security: []` says that an operation needs no credentials.",
)
def security_stated(contract: AuthorContract) -> Problems:
    """Find operations that document 401 but state no security; if the document has none at all, that is one finding."""

    def has_refusal_only(operation: OperationPart) -> bool:
        stated = "security" in operation.node or "security" in contract.document
        return not stated and any(response.status == "401" for response in contract.responses(operation))

    affected = [operation for operation in contract.operations if has_refusal_only(operation)]
    states_none = not any("security" in operation.node for operation in contract.operations)
    if affected and states_none and len(affected) > 1:
        others = f"in {plural(len(affected), 'operation')}"
        yield affected[0].location, f"401 is documented {others}, but the contract has no security"
        return
    for operation in affected:
        yield operation.location, "the operation documents 401, but has no security"


@warning(
    "server-usable",
    why="Paths are served below the base path of the first server; clients that are generated use it too.",
    fix="Write an absolute URL or path; give each {variable} a default that its enum has.",
)
def server_usable(contract: AuthorContract) -> Problems:
    """Find servers whose URL cannot be used."""
    holders: dict[Location, Any] = {("servers",): contract.document.get("servers")}
    for operation in contract.operations:
        holders[*operation.item_location, "servers"] = operation.item.get("servers")
        holders[*operation.location, "servers"] = operation.node.get("servers")
    for location, servers in holders.items():
        for index, server in enumerate(servers if isinstance(servers, list) else ()):
            place = (*location, str(index))
            yield from ((place, problem) for problem in _server_problems(server))


def _server_problems(server: Any) -> Iterator[str]:
    url = server.get("url") if isinstance(server, Mapping) else None
    if not isinstance(url, str):
        yield "the server has no URL"
        return
    variables = server.get("variables")
    variables = variables if isinstance(variables, Mapping) else {}
    for name in _VARIABLE.findall(url):
        variable = variables.get(name)
        if not isinstance(variable, Mapping):
            yield f"the variable {name} of the URL is not described"
        elif "default" not in variable:
            yield f"the variable {name} has no default"
        elif isinstance(variable.get("enum"), list) and variable["default"] not in variable["enum"]:
            yield f"the default of the variable {name} is not in its enum"
    try:
        parts = urlsplit(_VARIABLE.sub("x", url))
    except ValueError as error:
        yield f"the URL is not valid: {error}"
        return
    if parts.query or parts.fragment:
        yield "the URL has a query or fragment, which is ignored"


def _served(contract: AuthorContract) -> list[OperationPart]:
    return [operation for operation in contract.operations if operation.name]


def _once_if_all(
    operations: list[OperationPart], applies: Callable[[OperationPart], bool], each: str, together: str
) -> Problems:
    """Yield a problem for each operation that has it, or a single one if several operations all have it."""
    affected = [operation for operation in operations if applies(operation)]
    if len(affected) == len(operations) > 1:
        yield affected[0].location, f"{together} (this is the first of {len(affected)})"
        return
    for operation in affected:
        yield operation.location, each
