"""Commands of plug-ins."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, EntryPoints

import click
import pytest
from click.testing import CliRunner

from crm_mocks.cli import group, main
from crm_mocks.errors import UsageError


@click.command("greet", help="Greet.")
@click.option("--code", type=int, default=0)
def greet(code: int) -> int:
    click.echo("hello")
    return code


@click.command("grumble", help="Grumble.")
def grumble() -> None:
    raise UsageError("two\nlines")


@click.command("leave", help="Leave.")
@click.pass_context
def leave(ctx: click.Context) -> None:
    ctx.exit(1)


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register this module's commands, a missing one, and one with the name of a built-in command."""
    places = {"greet": "greet", "grumble": "grumble", "leave": "leave", "broken": "nothing:here", "serve": "greet"}
    entries = EntryPoints(
        EntryPoint(name, place if ":" in place else f"{__name__}:{place}", group.ENTRY_POINTS)
        for name, place in places.items()
    )
    monkeypatch.setattr(group, "entry_points", entries.select)
    monkeypatch.setitem(sys.modules, "nothing", None)


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def test_a_plug_in_command_runs() -> None:
    assert _run("greet") == (0, "hello\n")


def test_an_integer_result_is_the_exit_code() -> None:
    assert _run("greet", "--code", "1") == (1, "hello\n")


def test_a_plug_in_command_may_exit_by_itself() -> None:
    assert _run("leave")[0] == 1


def test_usage_errors_of_a_plug_in_are_one_line_and_exit_code_2() -> None:
    assert _run("grumble") == (2, "crm-mocks: two lines\n")


def test_built_in_commands_cannot_be_replaced() -> None:
    code, output = _run("serve", "--help")
    assert code == 0
    assert "--port" in output


def test_a_command_that_cannot_be_loaded_is_reported_in_one_line() -> None:
    code, output = _run("broken")
    assert code == 2
    assert "the command 'broken' cannot be loaded" in output


def test_a_command_that_cannot_be_loaded_does_not_break_the_help() -> None:
    code, output = _run("--help")
    assert code == 0
    assert "greet" in output
