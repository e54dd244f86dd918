"""Commands with hostile files, options and environment: they end with 0 or 1, or with one line and exit code 2."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import yaml
from click.testing import CliRunner

from crm_mocks.cli import main
from crm_mocks.options import ServeOptions
from crm_mocks.server import process
from crm_mocks.server.mock_server import MockServer
from crm_mocks.server.prepared_server import PreparedServer, prepare
from crm_mocks.vendor_sources import forget_sources
from tests.hostile.attack import Attack, Input
from tests.hostile.contracts import DOCUMENTS
from tests.hostile.control_api import BODIES
from tests.hostile.mutations import mutated, mutated_bytes
from tests.hostile.recordings import COLLECTION, EXCHANGES
from tests.hostile.starting_records import starting_records
from tests.recordings.making import har

TRAFFIC = "traffic.har"
Choices = tuple[tuple[str, ...], ...]


class Command(Attack):
    """A command line; `{folder}` stands for a folder that holds the files of the input."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.folder = Path(self.held.enter_context(tempfile.TemporaryDirectory()))
        self.write(TRAFFIC, json.dumps(har(EXCHANGES)).encode())
        self._working = self.folder / "working"  # options name files in it, such as `--journal=1`
        self._working.mkdir()

    def write(self, name: str, content: bytes) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def fault(self, made: Input) -> str:
        for name, content in made.get("files", {}).items():
            self.write(name, content.encode("latin-1"))
        arguments = [each.replace("{folder}", str(self.folder)) for each in made["arguments"]]
        environment = {"COLUMNS": "100", **made.get("environment", {})}
        restore = forget_sources()  # `--vendor-dir` would change what other kinds find
        try:
            with chdir(self._working), _served_once():
                done = CliRunner(env=environment).invoke(main, arguments)
        finally:
            restore()
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            return f"{type(done.exception).__name__}: {done.exception}"[:300]
        said = done.stderr
        if "internal error" in said or "Traceback" in done.output:
            return said[-300:]
        if done.exit_code == 2 and not 1 <= said.count("\n") <= made.get("lines", 1):
            return f"{said.count(chr(10))} lines on stderr: {said[:300]}"
        return "" if done.exit_code in (0, 1, 2) else f"exit code {done.exit_code}: {said[:200]}"


class CommandFile(Command):
    """A file that commands read, mutated."""

    def __init__(self, name: str, file: str, documents: list[Any], choices: Choices, *, lines: int = 1) -> None:
        """Prepare the attack.

        Args:
            name: of the attack.
            file: name of the file, in arguments as `{folder}/…`.
            documents: its valid contents.
            choices: command lines, one of which is tried.
            lines: number of lines on stderr with exit code 2; more if entries that are skipped are mentioned.
        """
        super().__init__(name)
        self._lines = lines
        self._file = file
        self._documents = documents
        self._choices = choices

    def make(self, rng: Random) -> Input:
        content = mutated_file(rng, rng.choice(self._documents))
        return {
            "arguments": list(rng.choice(self._choices)),
            "files": {self._file: content.decode("latin-1")},
            "lines": self._lines,
        }


def mutated_file(rng: Random, document: Any) -> bytes:
    """Return a document as JSON or YAML, its values or its bytes mutated."""
    changed = mutated(rng, document) if rng.random() < 0.75 else document
    if rng.random() < 0.4:
        data = yaml.safe_dump(changed, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")
    else:
        data = json.dumps(changed, default=str).encode()
    return mutated_bytes(rng, data) if changed is document else data


@contextmanager
def _served_once() -> Iterator[None]:
    """Have `serve` answer one request and stop, instead of waiting for a signal."""

    def serve(
        options: ServeOptions, announce: Callable[[PreparedServer], None], _signals: object, _end: int | None = None
    ) -> None:
        prepared = prepare(options)
        try:
            asyncio.run(_one_request(prepared, announce))
        finally:
            prepared.close()

    with mock.patch.object(process, "serve_until_stopped", serve):
        yield


async def _one_request(prepared: PreparedServer, announce: Callable[[PreparedServer], None]) -> None:
    server = MockServer(prepared)
    await server.start()
    try:
        announce(prepared)
        if prepared.tls is not None:
            return
        reader, writer = await asyncio.open_connection(prepared.listener.address, prepared.listener.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        if answer and not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4")):
            raise AssertionError(f"a request gets {answer[:200]!r}")
    finally:
        await server.stop()


# --- what commands read ---


def settings_files(name: str) -> CommandFile:
    """Return the attack on `--config`."""
    sections = json.loads(printed("settings", "--json"))
    document = {
        section: {each["key"].partition(".")[2]: each["default"] for each in settings if not each["file"]}
        for section, settings in sections.items()
    }
    choices = (
        ("check", "--config={folder}/settings", "{folder}/traffic.har"),
        ("serve", "--port=0", "--config={folder}/settings"),
    )
    return CommandFile(name, "settings", [document, {"leadbank": document["leadbank"]}], choices)


def seed_files(name: str) -> CommandFile:
    """Return the attack on `--seed-file` and `--replay`."""
    responses = BODIES["queueResponse"]
    documents = [{vendor: {kind: [record]}, "responses": responses} for vendor, kind, record in starting_records()]
    choices = (
        ("serve", "--port=0", "--seed-file={folder}/seed"),
        ("serve", "--port=0", "--replay={folder}/seed"),
    )
    return CommandFile(name, "seed", [*documents, responses], choices)


def report_files(name: str) -> CommandFile:
    """Return the attack on reports that `coverage` merges, or lists over time."""
    report = _made("report.json", "check", "--vendor=leadbank", "--json={folder}/report.json", "{folder}/traffic.har")
    choices = (
        ("coverage", "{folder}/report"),
        ("coverage", "{folder}/report", "{folder}/report", "--fail-under=50", "--vendor=leadbank"),
        ("coverage", "{folder}/report", "--format=github"),
        ("coverage", "{folder}/report", "--html={folder}/out.html", "--junit={folder}/out.xml"),
        ("coverage", "--history", "{folder}/report"),
        ("coverage", "--history", "{folder}/report", "--html={folder}/out.html", "--markdown={folder}/out.md"),
    )
    return CommandFile(name, "report", [report, {**report, "date": "2026-01-31T12:00:00+01:00"}], choices)


def baselines(name: str) -> CommandFile:
    """Return the attack on `--baseline`."""
    baseline = _made("b.json", "check", "--write-baseline={folder}/b.json", "{folder}/traffic.har")
    choices = (("check", "--baseline={folder}/baseline", "{folder}/traffic.har"),)
    return CommandFile(name, "baseline", [baseline], choices)


def contract_files(name: str) -> CommandFile:
    """Return the attack on contract documents by the commands that compare, lint and show them."""
    choices = (
        ("lint", "{folder}/contract.yaml"),
        ("lint", "{folder}/contract.yaml", "--format=sarif"),
        ("diff", "{folder}/contract.yaml", "{folder}/before.yaml"),
        ("diff", "{folder}/before.yaml", "{folder}/contract.yaml", "--for=clients"),
        ("list", "--contract={folder}/contract.yaml", "contract"),
        ("contract", "--contract={folder}/contract.yaml", "contract"),
        ("examples", "--contract={folder}/contract.yaml", "contract"),
        ("check", "--contract={folder}/contract.yaml", "{folder}/traffic.har"),
    )
    attack = CommandFile(name, "contract.yaml", DOCUMENTS, choices)
    attack.write("before.yaml", yaml.safe_dump(DOCUMENTS[0]).encode())
    return attack


def learnt_files(name: str) -> CommandFile:
    """Return the attack on traffic from which `learn` drafts a contract."""
    return CommandFile(name, "traffic", [har(EXCHANGES), COLLECTION], (("learn", "{folder}/traffic"),), lines=10)


def printed(*arguments: str) -> str:
    """Return what a command prints."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in (0, 1), done.output
    return done.stdout


def _made(name: str, *arguments: str) -> Any:
    """Return the JSON file that a command writes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, TRAFFIC).write_text(json.dumps(har(EXCHANGES)), "utf-8")
        printed(*(each.replace("{folder}", folder) for each in arguments))
        return json.loads(Path(folder, name).read_bytes())
