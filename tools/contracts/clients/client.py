"""A generated client, built and run against the mock."""

from __future__ import annotations

import json
import shutil
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import httpx

from crm_mocks.contract.outcome import is_json
from tools.contracts.clients.generator import generator_command, generator_version
from tools.contracts.clients.json_comparison import differences
from tools.contracts.published_contract import PublishedContract
from tools.contracts.statements import Statement, credentials, main_statements
from tools.contracts.tool import StatementCounts, Tool, ToolFinding, ToolResult, error_lines
from tools.contracts.traffic.served_mock import served_mock
from tools.contracts.workspace import HERE

DRIVERS: Final = HERE / "clients" / "drivers"


class GeneratedClient(Tool):
    """A client that a driver sends statements with: every documented success, and one refusal per status.

    A statement is *sent* if the request that arrived has what the model was made from, *answered* if the client knows
    the documented status, and *read* if the model of the response has all that was sent.

    Attributes:
        generator: name in openapi-generator.
        options: `--additional-properties` of the generator.
        commands: commands that must be on the machine.
    """

    every_release: ClassVar[bool] = False
    generator: ClassVar[str]
    options: ClassVar[str] = ""
    commands: ClassVar[tuple[str, ...]] = ("java",)

    def version(self) -> str:
        """Return the version of the generator."""
        return generator_version(self.workspace)

    def missing(self) -> str:
        """Return why the client cannot be built on this machine, or an empty string."""
        absent = [command for command in self.commands if shutil.which(command) is None]
        return f"there is no {absent[0]} on this machine" if absent else ""

    @abstractmethod
    def build(self, folder: Path) -> Sequence[ToolFinding]:
        """Build the client; return the errors.

        Args:
            folder: folder that the client was generated in.
        """

    @abstractmethod
    def driver(self, folder: Path) -> list[object]:
        """Return the command of the driver, without arguments."""

    def run(self, contract: PublishedContract) -> ToolResult:
        """Generate and build the client, then send the statements with it."""
        reason = self.missing()
        if reason:
            return ToolResult(skipped=reason)
        folder = self.workspace.contract_folder(self.generator, contract.slug)
        client = folder / "client"
        command = [
            *generator_command(self.workspace),
            "generate",
            "-g",
            self.generator,
            "-i",
            contract.path,
            "-o",
            client,
        ]
        options = [f"--additional-properties={self.options}"] if self.options else []
        generated = self.workspace.run([*command, *options])
        if generated.returncode:
            return ToolResult(error_lines(generated))
        errors = self.build(client)
        if errors:
            return ToolResult(errors)
        chosen = list(main_statements(contract))
        file = folder / "statements.json"
        file.write_text(json.dumps([_for_driver(contract, each) for each in chosen]), "utf-8")
        with served_mock(contract) as mock:
            done = self.workspace.run([*self.driver(client), client, file, mock.url], cwd=folder)
            journal = httpx.get(f"{mock.url}/__admin/requests").raise_for_status().json()
        results = {line["name"]: line for line in map(json.loads, filter(_is_object, done.stdout.splitlines()))}
        if not results:
            return ToolResult(error_lines(done))
        return _judged(chosen, results, _exchanges(journal))


def _is_object(line: str) -> bool:
    return line.startswith("{")


def _for_driver(contract: PublishedContract, statement: Statement) -> dict[str, Any]:
    """Return a statement with credentials, and the name of the response's schema."""
    keys = credentials(contract, statement.operation)
    user, _, password = (keys.user or "").partition(":")
    schemes = contract.contract.security_schemes
    named = {
        name: (keys.headers or {})[scheme["name"]]
        for name, scheme in schemes.items()
        if scheme.get("name") in (keys.headers or {})
    }
    login = {"username": user or None, "password": password if user else None}
    return {
        **statement.to_json(),
        "credentials": {**login, "api_keys": named, "header_keys": dict(keys.headers or {})},
        "model": _model(contract, statement),
    }


def _model(contract: PublishedContract, statement: Statement) -> str:
    """Return the name of the schema of the response, or an empty string."""
    document = contract.contract.document
    node = document["paths"][statement.operation.path][statement.operation.method.lower()]
    response = node["responses"][str(statement.outcome.status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response.get("content", {}).get(statement.outcome.media_type, {}).get("schema", {})
    return str(schema.get("$ref", "").rpartition("/")[2])


def _exchanges(journal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the exchanges of a journal by the statement that they belong to."""
    return {
        f"{entry['operation'].rpartition('.')[2]}.{entry['answer']['outcome']}": entry
        for entry in journal["requests"]
        if entry["operation"]
    }


def _judged(
    chosen: Sequence[Statement], results: Mapping[str, Mapping[str, Any]], exchanges: Mapping[str, Any]
) -> ToolResult:
    """Return the findings of all statements, and how many were sent, answered and read."""
    findings: list[ToolFinding] = []
    sent = answered = read = 0
    for statement in chosen:
        result = results.get(statement.name, {"error": "the driver said nothing"})
        unsent, unread = list(_unsent(statement, exchanges)), list(_unread(statement, result, exchanges))
        sent += not unsent
        is_answered = result.get("status") == statement.outcome.status
        answered += is_answered
        read += is_answered and not unread
        problems = [f"error: {result['error']}"] if "error" in result else []
        problems += [f"request: {each}" for each in unsent]
        if "error" not in result:
            problems += [f"response: {each}" for each in unread]
            problems += [] if is_answered else [f"status {result['status']}"]
        findings += [ToolFinding(statement.name, problem) for problem in problems]
    return ToolResult(findings, statements=StatementCounts(sent, answered, read))


def _unsent(statement: Statement, exchanges: Mapping[str, Any]) -> Iterator[str]:
    if statement.name not in exchanges:
        yield "it did not arrive"
    elif is_json(statement.media_type):
        yield from differences(statement.body, _json(exchanges[statement.name]["request"]["body"]))


def _json(text: str) -> Any:
    """Return a body of the journal as JSON; as text if it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _unread(statement: Statement, result: Mapping[str, Any], exchanges: Mapping[str, Any]) -> Iterator[str]:
    if statement.name in exchanges:
        yield from differences(_json(exchanges[statement.name]["answer"]["body"]), result.get("value"))
