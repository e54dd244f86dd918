"""`--help` of every command at 80 columns: nothing is cut off, and no name is torn apart."""

from __future__ import annotations

import inspect

import click
import pytest
from click.testing import CliRunner

from crm_mocks import __version__
from crm_mocks.cli.group import Commands, main

assert isinstance(main, Commands)
_COMMANDS = main.list_commands(click.Context(main))


def _help(*arguments: str) -> str:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*arguments, "--help"])
    assert done.exit_code == 0, done.output
    return done.stdout


def _joined(text: str) -> str:
    return " ".join(text.replace("\b", "").split())


def _command(name: str) -> click.Command:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", _COMMANDS)
def test_nothing_is_cut_off_at_80_columns(name: str) -> None:
    command, shown = _command(name), _help(name)
    assert all(len(line) <= 80 for line in shown.splitlines())
    text = _joined(shown)
    assert _joined(inspect.cleandoc(command.help or "")) in text
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert _joined(param.help or "") in text
            assert all(option in text for option in param.opts)


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_option_and_command_has_a_help_text(name: str) -> None:
    command = _command(name)
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    assert command.help
    assert [each.name for each in options if not each.help] == []


def test_the_list_of_commands_has_their_whole_first_sentences() -> None:
    text = _joined(_help())
    for name in _COMMANDS:
        assert f"{name} {_joined(_command(name).get_short_help_str(1000))}" in text
    assert "..." not in text.replace("[ARGS]...", "")


def test_the_help_begins_with_commands_to_paste() -> None:
    assert "\n  crm-mocks serve ./their-crm.yaml  start a mock of your own contract\n" in _help()


def test_names_with_hyphens_are_kept_whole() -> None:
    assert "with `serve --state`." in " ".join(line.strip() for line in _help().splitlines())
    for name in _COMMANDS:
        assert [line for line in _help(name).splitlines() if line.rstrip().endswith("-") and " -" not in line] == []


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version_is_printed(option: str) -> None:
    done = CliRunner().invoke(main, [option])
    assert (done.exit_code, done.stdout) == (0, f"crm-mocks {__version__}\n")


def test_help_has_a_short_option() -> None:
    assert CliRunner().invoke(main, ["-h"]).stdout == CliRunner().invoke(main, ["--help"]).stdout
