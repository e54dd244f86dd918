"""`crm-mocks examples`: the contract's request examples as curl commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from crm_mocks.cli.vendors import chosen, contract_of

if TYPE_CHECKING:
    from crm_mocks.cli.curl import ExampleRequest
    from crm_mocks.contract import Operation, Outcome
    from crm_mocks.vendor import Vendor


@click.command("examples")
@click.argument("vendor")
@click.option("--url", default="http://127.0.0.1:4010", show_default=True, help="Base URL of the mocks.")
@click.option("--operation", "only", metavar="ID", help="Only this operation.")
@click.option("--all", "everything", is_flag=True, help="Also requests that are refused.")
def command(vendor: str, url: str, only: str | None, *, everything: bool) -> None:
    """Print example requests as curl commands, ready to be pasted into a shell.

    They are the request examples of the contract, with the demo credentials. Where a request needs a value of an
    earlier answer, such as a token, a command before it puts that into a shell variable.
    """
    (loaded,) = chosen([vendor])
    examples = Examples(loaded, url.rstrip("/"))
    click.echo("\n\n".join(examples.commands(only, everything=everything)))


class Examples:
    """The example requests of one vendor."""

    def __init__(self, vendor: Vendor, base_url: str) -> None:
        self._vendor = vendor
        self._base_url = base_url
        self._contract = contract_of(vendor)

    def commands(self, only: str | None = None, *, everything: bool = False) -> Iterator[str]:
        """Yield a commented command for each example, and one before it for each value that it needs.

        Args:
            only: operationId, or `None` for all operations.
            everything: also requests that are refused.

        Raises:
            UsageError: there is no such operation.
        """
        from crm_mocks.cli.curl import placeholders
        from crm_mocks.errors import UsageError

        operations = self._contract.operations
        if only is not None and only.removeprefix(f"{self._vendor.name}.") not in operations:
            raise UsageError(f"{self._vendor.name} has no operation '{only}': it has {', '.join(operations)}")
        wanted = [operations[only.removeprefix(f"{self._vendor.name}.")]] if only else operations.values()
        known: set[str] = set()
        for operation in wanted:
            for name, request in self._requests(operation, everything=everything):
                for needed in sorted(placeholders([request.path, request.body]) - known):
                    known.add(needed)
                    yield self._assignment(needed)
                yield f"{_comment(operation, name)}\n{self._curl(operation, request)}"

    def _requests(self, operation: Operation, *, everything: bool) -> Iterator[tuple[str, ExampleRequest]]:
        """Yield the example requests by name; an operation without a body has one, named as its success."""
        if operation.body is None or not operation.body.examples:
            yield operation.success().name, self._request(operation, "", None)
            return
        refused = set() if everything else self._refused(operation)
        for name, (media_type, value) in operation.body.examples.items():
            if name not in refused:
                yield name, self._request(operation, media_type.name, value)

    def _refused(self, operation: Operation) -> set[str]:
        """Return the names of refusals, also of those that the settings in force answer with a success status."""
        from crm_mocks.contract.references import follow

        document = self._vendor.contract_file.document
        return {
            name
            for response_status, response in self._nodes(document, operation).get("responses", {}).items()
            if int(response_status) >= 400
            for content in follow(document, response).get("content", {}).values()
            for name in content.get("examples", {})
        }

    @staticmethod
    def _nodes(document: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
        """Return the operation as the document has it, wherever a setting may have moved its path to."""
        for item in document["paths"].values():
            node: Mapping[str, Any] = item.get(operation.method.lower(), {})
            if node.get("operationId") == operation.id:
                return node
        return {}

    def _request(self, operation: Operation, media_type: str, body: Any) -> ExampleRequest:
        from urllib.parse import quote

        from crm_mocks.cli.curl import ExampleRequest

        path, query, headers = operation.path, {}, {}
        for parameter in self._parameters(operation):
            value = str(parameter.get("example", ""))
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
            elif parameter.get("required") and parameter["in"] == "query":
                query[parameter["name"]] = quote(value, safe="")
            elif parameter.get("required") and parameter["in"] == "header":
                headers[parameter["name"]] = value
        return ExampleRequest(operation.method, path, query, headers, media_type, body)

    def _parameters(self, operation: Operation) -> Iterator[Mapping[str, Any]]:
        from crm_mocks.contract.references import follow

        document = self._contract.document
        shared = document["paths"][operation.path].get("parameters", [])
        for node in [*shared, *self._nodes(document, operation).get("parameters", [])]:
            yield follow(document, node)

    def _curl(self, operation: Operation, request: ExampleRequest) -> str:
        from crm_mocks.cli.credentials import demo_credentials
        from crm_mocks.cli.curl import curl

        credentials = demo_credentials(self._vendor.credentials, self._contract.security_schemes, operation.security)
        return curl(self._base_url, request, credentials)

    def _assignment(self, name: str) -> str:
        """Return a command that puts into a shell variable what another operation answers under that name."""
        for operation in self._contract.operations.values():
            for outcome, request in self._givers(operation):
                pointer = _find(outcome.value.get(outcome.media_type), name)
                if pointer is not None:
                    member = "".join(f"[{part!r}]" for part in pointer).replace("'", '"')
                    reader = f"python3 -c 'import json, sys; print(json.load(sys.stdin){member})'"
                    first = f"# {operation.id} gives the {name} that the following requests need"
                    return f"{first}\n{name}=$({self._curl(operation, request)} | {reader})"
        return f"# no operation of this contract gives a {name}: set it yourself\n{name}="

    def _givers(self, operation: Operation) -> Iterator[tuple[Outcome, ExampleRequest]]:
        """Yield the requests that need nothing, each with the answer that it gets."""
        from crm_mocks.cli.curl import placeholders

        for name, request in self._requests(operation, everything=False):
            if name in operation.outcomes and not placeholders(request.body):
                yield operation.outcomes[name], request


def _comment(operation: Operation, name: str) -> str:
    outcome = operation.outcomes.get(name)
    ending = f" ({outcome.status})" if outcome else ""
    return f"# {operation.id}: {name}{ending}"


def _find(value: Any, name: str) -> tuple[str, ...] | None:
    """Return the path to the first text with that name in a JSON value, looking through objects only."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get(name), str):
        return (name,)
    below = ((key, _find(inner, name)) for key, inner in value.items())
    return next(((key, *path) for key, path in below if path is not None), None)
