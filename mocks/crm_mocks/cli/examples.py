"""`crm-mocks examples`: request examples of the contract as curl commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from crm_mocks.cli.value_completion import operation_ids
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.cli.vendors import default_contract, load_vendors
from crm_mocks.nearest_name import did_you_mean

if TYPE_CHECKING:
    from crm_mocks.cli.curl import ExampleRequest
    from crm_mocks.contract import Operation, Outcome
    from crm_mocks.vendor import Vendor


URL: Final = "http://127.0.0.1:4010"
"""Base URL of the mocks unless another is given."""
_PATH: Final = "/{}%!$&'()*+,;=:@~"
"""Characters of a path in a contract that a URL has as they are."""


@click.command("examples")
@click.argument("vendor", type=VENDOR)
@click.option("--url", default=URL, show_default=True, help="Base URL of the mocks.")
@click.option("--operation", "only", metavar="ID", shell_complete=operation_ids, help="Only this operation.")
@click.option("--all", "everything", is_flag=True, help="Include requests that are refused.")
def command(vendor: str, url: str, only: str | None, *, everything: bool) -> None:
    """Print example requests as curl commands, ready to paste into a shell.

    The requests are the examples of the contract, with the demo credentials. If a request needs a value from an earlier
    response, such as a token, a preceding command assigns it to a shell variable.
    """
    (loaded,) = load_vendors([vendor])
    examples = Examples(loaded, url.rstrip("/"))
    click.echo("\n\n".join(examples.commands(only, everything=everything)))


class Examples:
    """The example requests of one vendor."""

    def __init__(self, vendor: Vendor, base_url: str) -> None:
        self._vendor = vendor
        self._base_url = base_url
        self._contract = default_contract(vendor)

    def commands(self, only: str | None = None, *, everything: bool = False) -> Iterator[str]:
        """Yield a commented command for each example, preceded by commands that assign the variables it needs.

        Args:
            only: operationId, or `None` for all operations.
            everything: include requests that are refused.

        Raises:
            UsageError: the operation does not exist.
        """
        from crm_mocks.errors import UsageError

        operations = self._contract.operations
        if only is not None and only.removeprefix(f"{self._vendor.name}.") not in operations:
            hint = did_you_mean(only, operations)
            raise UsageError(f"{self._vendor.name} has no operation '{only}'{hint}: known are {', '.join(operations)}")
        wanted = [operations[only.removeprefix(f"{self._vendor.name}.")]] if only else operations.values()
        known: set[str] = set()
        for operation in wanted:
            for name, request in self.requests(operation, everything=everything):
                for needed in sorted(request.placeholders - known):
                    known.add(needed)
                    yield self._assignment(needed)
                yield f"{_comment(operation, name)}\n{self._curl(operation, request)}"

    def requests(self, operation: Operation, *, everything: bool = False) -> Iterator[tuple[str, ExampleRequest]]:
        """Yield example requests by name; an operation without a body has one, named after its success outcome."""
        if operation.body is None or not operation.body.examples:
            yield operation.success().name, self._request(operation, *self._sample_body(operation))
            return
        refused = set() if everything else self._refused(operation)
        for name, (media_type, value) in operation.body.examples.items():
            if name not in refused:
                yield name, self._request(operation, media_type.name, value)

    def _refused(self, operation: Operation) -> set[str]:
        """Return the names of examples that are refused, under any settings and possibly in the body of a success."""
        from crm_mocks.contract.operation import RESULT
        from crm_mocks.contract.outcome import OutcomeResult
        from crm_mocks.contract.references import follow

        document = self._vendor.contract_file.document
        return {
            name
            for status, response in self._document_operation(document, operation).get("responses", {}).items()
            for content in follow(document, response).get("content", {}).values()
            for name, example in content.get("examples", {}).items()
            if int(status) >= 400 or follow(document, example).get(RESULT) == OutcomeResult.REFUSAL
        }

    @staticmethod
    def _document_operation(document: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
        """Return the operation from the document; a setting may have moved it to another path."""
        for item in document["paths"].values():
            node: Mapping[str, Any] = item.get(operation.method.lower(), {})
            if node.get("operationId") == operation.id:
                return node
        return {}

    def _request(self, operation: Operation, media_type: str, body: Any) -> ExampleRequest:
        from urllib.parse import quote

        from crm_mocks.cli.curl import ExampleRequest

        path, query, headers = quote(operation.path, safe=_PATH), {}, {}
        for parameter in self._parameters(operation):
            value = self._parameter_value(parameter)
            if parameter["in"] == "path":
                path = path.replace(quote(f"{{{parameter['name']}}}", safe=_PATH), quote(value, safe=""))
            elif parameter.get("required") and parameter["in"] == "query":
                query[quote(parameter["name"], safe="[]")] = quote(value, safe="")
            elif parameter.get("required") and parameter["in"] == "header":
                headers[parameter["name"]] = value
        is_literal = self._contract.supplied is not None
        return ExampleRequest(operation.method, path, query, headers, media_type, body, is_literal)

    def _sample_body(self, operation: Operation) -> tuple[str, Any]:
        """Return media type and value of a generated body; an empty media type if there is none."""
        from crm_mocks.contract.references import follow
        from crm_mocks.generic.sample_values import sample_body

        if self._contract.supplied is None:
            return "", None
        document = self._contract.document
        node = follow(document, self._document_operation(document, operation).get("requestBody"))
        return sample_body(self._contract, operation.id, node)

    def _parameter_value(self, parameter: Mapping[str, Any]) -> str:
        """Return the example of a parameter; a generated value if a supplied contract has none."""
        from crm_mocks.contract.references import follow
        from crm_mocks.generic.sample_values import sample_value

        examples = [*parameter.get("examples", {}).values()]
        if "example" in parameter:
            return _parameter_text(parameter["example"])
        if examples:
            return _parameter_text(follow(self._contract.document, examples[0]).get("value", ""))
        if self._contract.supplied is None or "schema" not in parameter:
            return ""
        return _parameter_text(sample_value(self._contract, parameter["schema"], str(parameter["name"])))

    def _parameters(self, operation: Operation) -> Iterator[Mapping[str, Any]]:
        from crm_mocks.contract.references import follow

        document = self._contract.document
        shared = document["paths"][operation.path].get("parameters", [])
        for node in [*shared, *self._document_operation(document, operation).get("parameters", [])]:
            yield follow(document, node)

    def _curl(self, operation: Operation, request: ExampleRequest) -> str:
        from crm_mocks.cli.credentials import demo_credentials
        from crm_mocks.cli.curl import curl

        credentials = demo_credentials(self._vendor.credentials, self._contract.security_schemes, operation.security)
        return curl(self._base_url, request, credentials)

    def _assignment(self, name: str) -> str:
        """Return a command that assigns a value from another operation's response to a shell variable."""
        for operation in self._contract.operations.values():
            for outcome, request in self._requests_without_placeholders(operation):
                pointer = _find(outcome.value.get(outcome.media_type), name)
                if pointer is not None:
                    member = "".join(f"[{part!r}]" for part in pointer).replace("'", '"')
                    reader = f"python3 -c 'import json, sys; print(json.load(sys.stdin){member})'"
                    comment = f"# {operation.id} returns the {name} that the following requests need"
                    return f"{comment}\n{name}=$({self._curl(operation, request)} | {reader})"
        return f"# no operation of this contract returns a {name}: set it yourself\n{name}="

    def _requests_without_placeholders(self, operation: Operation) -> Iterator[tuple[Outcome, ExampleRequest]]:
        """Yield the requests without placeholders, each with its response."""
        for name, request in self.requests(operation, everything=False):
            if name in operation.outcomes and not request.placeholders:
                yield operation.outcomes[name], request


def _comment(operation: Operation, name: str) -> str:
    outcome = operation.outcomes.get(name)
    ending = f" ({outcome.status})" if outcome else ""
    return f"# {operation.id}: {name}{ending}"


def _parameter_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _find(value: Any, name: str) -> tuple[str, ...] | None:
    """Return the path to the first string member with that name in a JSON value, searching objects only."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get(name), str):
        return (name,)
    below = ((key, _find(inner, name)) for key, inner in value.items())
    return next(((key, *path) for key, path in below if path is not None), None)
