"""Commands with hostile files, options and environment: they end with 0 or 1, or with one line and exit code 2."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
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
from tests.hostile.attack import Attack, Input
from tests.hostile.contracts import DOCUMENTS
from tests.hostile.control_api import BODIES
from tests.hostile.mutations import TEXTS, mutated, mutated_bytes
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
        with chdir(self._working), _served_once():
            done = CliRunner(env=environment).invoke(main, arguments)
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
    sections = json.loads(_printed("settings", "--json"))
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


def _printed(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in (0, 1), done.output
    return done.stdout


def _made(name: str, *arguments: str) -> Any:
    """Return the JSON file that a command writes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, TRAFFIC).write_text(json.dumps(har(EXCHANGES)), "utf-8")
        _printed(*(each.replace("{folder}", folder) for each in arguments))
        return json.loads(Path(folder, name).read_bytes())


# --- options and environment ---


class Options(Command):
    """Hostile values of options, arguments and variables of the environment, such as the image is started with."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._settings = [
            each["key"] for section in json.loads(_printed("settings", "--json")).values() for each in section
        ]

    def make(self, rng: Random) -> Input:
        command, options = rng.choice(_OPTIONS)
        arguments = [command]
        if command == "serve":
            arguments.append("--port=0")
        for option in rng.sample(options, rng.randint(1, min(3, len(options)))):
            value = self._setting(rng) if option == "--set" else odd_text(rng)
            arguments.append(_as_given(f"{option}={value}" if option.startswith("--") else value))
        environment = {each: _as_given(odd_text(rng)) for each in rng.sample(_VARIABLES, rng.randint(0, 2))}
        return {
            "arguments": arguments,
            "environment": environment,
            "lines": 1 + len(environment),  # misspelt variables are mentioned
        }

    def _setting(self, rng: Random) -> str:
        return f"{rng.choice(self._settings) if rng.random() < 0.95 else odd_text(rng)}={odd_text(rng)}"


def _as_given(text: str) -> str:
    """Return a text as a system gives it to a process: no NUL, and only such surrogates as stand for bytes."""
    return (
        text.replace("\0", "")
        .encode("utf-8", "surrogateescape" if "\ud800" not in text else "replace")
        .decode("utf-8", "surrogateescape")
    )


def odd_text(rng: Random) -> str:
    """Return a text for an option."""
    if rng.random() < 0.6:
        return rng.choice(_ODD)
    if rng.random() < 0.5:
        return rng.choice(TEXTS)[:1000].replace("\ud7ff", "\ud800")
    return mutated_bytes(rng, rng.choice(_ODD).encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _numbers() -> Iterable[str]:
    return (
        "0",
        "-1",
        "1",
        "1e308",
        "1e400",
        "nan",
        "-inf",
        "9" * 400,
        "9" * 5000,
        "0x10",
        "1_0",
        "٣",
        "²",
        "1.5",
        " 7 ",
    )


_ODD = (
    *_numbers(),
    "true",
    "null",
    "",
    "localhost",
    "127.0.0.1",
    "::1",
    "0.0.0.0:1",
    "256.1.1.1",
    "a" * 300,
    "xn--a",
    "2026-01-31T12:00:00Z",
    "9999-12-31T23:59:59.999999+14:00",
    "0001-01-01T00:00:00-14:00",
    "http://localhost:1/x",
    "http://[::1",
    "https://a:b@c/?d#e",
    "redis://:pw@127.0.0.1:1/0",
    "/",
    "/a/../b",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/mem",
    "{folder}",
    "{folder}/missing",
    "{folder}/traffic.har",
    "a=b",
    "*",
    "GET /*a*a*a*a*a*",
    "leadbank.getLeads:400",
    "(a+)+$",
    "$(touch x)",
    "\x1b[31m\r::error::x",
    "\udcff",
    "é" * 100,
)
_OPTIONS = (
    (
        "serve",
        ("--seed", "--now", "--set", "--set", "--host", "--public-url", "--base-path", "--admin-token", "--log",
         "--ready-file", "--admin-token-file", "--journal", "--state-wait", "--seed-file", "--tls-cert", "--tls-key",
         "vendor"),
    ),
    ("list", ("vendor", "--contract", "--vendor-dir")),
    ("settings", ("vendor", "--contract", "--vendor-dir")),
    ("contract", ("vendor", "--set", "--format")),
    ("examples", ("vendor", "--contract")),
    ("check", ("file", "--set", "--allow", "--vendor", "--base-url", "--baseline", "--config")),
    ("coverage", ("file", "--fail-under", "--allow", "--baseline", "--vendor", "--format")),
    ("diff", ("old", "new", "--since", "--for")),
    ("lint", ("file", "--rule", "--ignore", "--format")),
    ("learn", ("file", "--host", "--url", "--title")),
    ("completion", ("shell",)),
)  # fmt: skip
_VARIABLES = (
    "CRM_MOCKS_ADMIN_TOKEN", "CRM_MOCKS_ADMIN_TOKENS", "CRM_MOCKS_CACHE", "CRM_MOCKS_URL",
    "CRM_MOCKS_SEED", "NO_COLOR",
    "FORCE_COLOR", "COLUMNS", "LINES", "TERM", "TZ", "LANG", "PYTHONIOENCODING", "HOME", "XDG_CACHE_HOME", "TMPDIR",
    "CI",
    "GITHUB_ACTIONS",
)  # fmt: skip
