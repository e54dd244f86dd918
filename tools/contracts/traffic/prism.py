"""Prism as a judge between a client and the mock."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

import httpx

from crm_mocks.contract.outcome import is_json
from crm_mocks.errors import CrmMocksError
from tools.contracts.published_contract import PublishedContract
from tools.contracts.statements import Statement, credentials, statements
from tools.contracts.tool import StatementCounts, Tool, ToolFinding, ToolResult
from tools.contracts.traffic.served_mock import free_port, served_mock
from tools.contracts.workspace import tool_environment

_START_SECONDS: Final = 120
_VIOLATION: Final = "application/problem+json"
"""Media type of Prism's own responses; no contract has it."""


class Prism(Tool):
    """`prism proxy --errors`, with every documented exchange sent through it."""

    name: ClassVar[str] = "Prism"
    purpose: ClassVar[str] = "`prism proxy --errors` over all documented exchanges, request and response"
    needs: ClassVar[str] = "every documented header and media type in the response; patterns without look-ahead"
    every_release: ClassVar[bool] = False

    def version(self) -> str:
        """Return the installed version."""
        return self.workspace.node_version("@stoplight/prism-cli")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Send each statement through the proxy; what Prism objects to is a finding."""
        findings: list[ToolFinding] = []
        sent = answered = 0
        log = self.workspace.contract_folder("prism", contract.slug) / "prism.log"
        alone = httpx.Limits(max_keepalive_connections=0)  # Prism closes idle connections, even as a request is sent
        with (
            served_mock(contract) as mock,
            self._proxy(contract, mock.url, log) as url,
            httpx.Client(limits=alone) as client,
        ):
            for statement in statements(contract):
                response = _send(client, url, contract, statement)
                sent += 1
                if response.headers.get("content-type", "").startswith(_VIOLATION):
                    findings.append(ToolFinding(statement.name, " ".join(response.text.split())[:400]))
                elif response.status_code != statement.outcome.status:
                    findings.append(ToolFinding(statement.name, f"status {response.status_code}"))
                else:
                    answered += 1
        return ToolResult(findings, statements=StatementCounts(sent, answered))

    @contextmanager
    def _proxy(self, contract: PublishedContract, upstream: str, log: Path) -> Iterator[str]:
        port = free_port()
        command = [self.workspace.node_command("prism"), "proxy", str(contract.path), upstream]
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # the installed tool, without a shell
                [*command, "--errors", "--port", str(port)], stdout=output, stderr=output, env=tool_environment()
            )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_listens(process, url, log)
            yield url
        finally:
            process.terminate()
            process.wait()


def _wait_until_it_listens(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while "Prism is listening" not in log.read_text("utf-8", "replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise CrmMocksError(f"Prism does not listen on {url}: {log.read_text('utf-8', 'replace')[-300:]}")
        time.sleep(0.1)


def _send(client: httpx.Client, url: str, contract: PublishedContract, statement: Statement) -> httpx.Response:
    keys = credentials(contract, statement.operation)
    user = tuple(keys.user.split(":", 1)) if keys.user else None
    headers = {**statement.headers, **(keys.headers or {})}
    options = {"json" if is_json(statement.media_type) else "data": statement.body} if statement.media_type else {}
    if "json" in options:
        headers["Content-Type"] = statement.media_type
    return client.request(
        statement.operation.method,
        f"{url}{statement.operation.path}",
        headers=headers,
        params=keys.query,
        auth=(user[0], user[1]) if user else None,
        **options,
    )
