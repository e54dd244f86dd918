"""Every option of every command refuses bad values in one line on stderr, with exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crm_mocks.cli.group import Commands, main

assert isinstance(main, Commands)
URL = "http://127.0.0.1:1"
ARGUMENTS = {
    "serve": "-p 0",
    "list": "",
    "contract": "activix",
    "examples": "activix",
    "settings": "",
    "new": "mine --contract {folder}/contract.yaml --to {folder}/new",
    "completion": "bash",
    "check": "{folder}/traffic.har",
    "coverage": "{folder}/report.json",
    "diff": "activix activix",
    "fuzz": "-- false",
    "learn": "{folder}/traffic.har",
    "lint": "activix",
    "proxy": f"leadbank --to {URL} -p 0",
    "push": f"activix --to {URL}",
    "run": "-- false",
    "state purge": "--state redis://127.0.0.1:1/0",
    "sweep": "-- false",
    "verify": f"leadbank --url {URL}",
}
"""A command line of each command that lacks only the option under test."""

BAD = {
    "--set": ["nothing", "nobody.x=1", "=1", ""],
    "--now": ["soon", ""],
    "--host": ["no.such.host.invalid", ""],
    "--tls-key": ["{folder}/missing"],
    "--state": ["nowhere", "http://x", "redis://127.0.0.1:1/x", ""],
    "--public-url": ["nowhere", "ftp://x", ""],
    "--base-path": ["no-slash"],
    "--admin-token": [""],
    "--workers": ["-1", "many", "1.5", ""],
    "--vendor": ["nobody", ""],
    "--operation": ["nothing", ""],
    "--allow": ["nothing", "nobody.x:400", "position:nothing", ""],
    "--expect": ["nothing", "5xx=x", "nothing=1", "5xx=1 --expect 5xx=2", ""],
    "--shard": ["0/2", "3/2", "x", "1", ""],
    "--credential": ["nothing", "nobody=x", "=", ""],
    "--phases": ["nothing", ""],
    "--rate": ["fast", "0/s", "-1/s", ""],
    "--rule": ["nothing", ""],
    "--ignore": ["nothing", ""],
    "--case": ["nothing", ""],
    "--skip": ["new-lead"],
    "--header": ["nothing", ""],
    "--lookup": ["nothing", ""],
    "--base-url": ["nowhere"],
    "--url": ["nowhere", "ftp://x", ""],
    "--to": ["nowhere", "ftp://x", ""],
    "--update-to": ["nowhere"],
    "--contract": ["{folder}/missing.yaml", "{folder}"],
    "--vendor-dir": ["{folder}/missing"],
    "--prints": ["("],
    "--never-prints": ["("],
}
"""Bad values by option, beside those by type."""

FREE = {
    "examples": {"--url"},
    "learn": {"--url", "--host", "--title", "--output"},
    "verify": {"--tag", "--update-fidelity"},
    "new": {"--to", "--vendor-dir"},
    "serve": {"--ready-file"},
    "proxy": {"--ready-file", "--cassette"},
    "fuzz": {"--failures"},
    "completion": {"--vendor-dir"},
    "state purge": {"--prefix"},
}
"""Options that take any string, or a file or folder to write once the work is done, by command."""

WRITTEN = {"--write-baseline", "--junit", "--html", "--json", "--markdown"}
"""Files that are written after the work; if that has failed, the exit code is 1."""


def _options() -> Iterator[tuple[str, click.Option]]:
    for name, command in _commands(main):
        yield from ((name, each) for each in command.params if isinstance(each, click.Option) and not each.hidden)


def _commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield the commands that do something, and their names with those of their groups."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _bad_values(option: click.Option) -> Iterator[str]:
    flag = max(option.opts, key=len)
    yield from BAD.get(flag, ())
    if isinstance(option.type, click.Choice):
        yield from ("nothing", "")
    elif isinstance(option.type, click.IntRange | click.types.IntParamType):
        yield from ("many", "1.5", "")
    elif isinstance(option.type, click.FloatRange):
        yield from ("many", "nan", "inf", "-1", "")
    if isinstance(option.type, click.IntRange) and option.type.min is not None:
        yield str(option.type.min - 1)
    if isinstance(option.type, click.IntRange) and option.type.max is not None:
        yield str(option.type.max + 1)
    if option.is_flag:
        yield "x"
    if isinstance(option.type, click.Path) and flag != "--vendor-dir":
        yield from ("{folder}/missing/file", "{folder}", "")


def _cases() -> Iterator[tuple[str, str, str]]:
    for name, option in _options():
        flag = max(option.opts, key=len)
        if flag in FREE.get(name, ()) or (flag in WRITTEN and name in ("run", "sweep", "fuzz")):
            continue
        yield from ((name, flag, value) for value in _bad_values(option))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "traffic.har").write_text('{"log": {"entries": []}}')
    (folder / "report.json").write_text("{}")
    (folder / "damaged.yaml").write_text("a: [")
    (folder / "contract.yaml").write_text("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n")
    return folder


@pytest.mark.parametrize("command", ARGUMENTS)
def test_bad_values_are_refused_in_one_line(command: str, folder: Path) -> None:
    cases = [(flag, value) for name, flag, value in _cases() if name == command]
    assert cases
    for flag, value in cases:
        words = ARGUMENTS[command].format(folder=folder).split()
        at = words.index("--") if "--" in words else len(words)
        done = CliRunner().invoke(
            main, [*command.split(), *words[:at], *_given(flag, value.format(folder=folder)), *words[at:]]
        )
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), (flag, value, done.output)
        assert "internal error" not in done.stderr, (flag, value, done.stderr)


def _given(flag: str, value: str) -> list[str]:
    """Return the words that give a value; a value may hold the option again."""
    return [f"{flag}={value}"] if " " not in value.strip() else [flag, *value.split()]


def test_every_command_is_tried() -> None:
    assert set(ARGUMENTS) == {name for name, _ in _options()}
