"""The command group `crm-mocks`: its own commands and those of plug-ins."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from crm_mocks import __version__
from crm_mocks.cli.environment import mention_misspelt_variables
from crm_mocks.cli.help_text import Context
from crm_mocks.cli.last_resort import exit_code_of, unexpected
from crm_mocks.cli.vendor_options import add_vendor_options
from crm_mocks.entry_points import entry_points
from crm_mocks.errors import CrmMocksError
from crm_mocks.nearest_name import did_you_mean

ENTRY_POINTS: Final = "crm_mocks.commands"
"""Entry point group of click commands; the name of an entry is the name of the command."""

_BUILT_IN: Final = {
    "serve": "crm_mocks.cli.serve",
    "list": "crm_mocks.cli.listing",
    "contract": "crm_mocks.cli.contract",
    "examples": "crm_mocks.cli.examples",
    "settings": "crm_mocks.cli.settings",
    "new": "crm_mocks.cli.new",
    "state": "crm_mocks.cli.state",
    "completion": "crm_mocks.cli.completion",
}
"""Modules of the commands by name; each defines the click command `command`."""


_WORDS: Final = {"help": "--help", "version": "--version"}
"""Words in place of a command that many programs know, and the option that each stands for."""

_MAX_SENTENCE: Final = 1000
_COMPLETE: Final = "_CRM_MOCKS_COMPLETE"
"""Variable of the environment by which a shell asks for completions; click derives it from the program's name."""


class Commands(click.Group):
    """Loads commands lazily, and reports expected errors in one line with exit code 2."""

    context_class = Context

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole first sentence; click would cut it off."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(_MAX_SENTENCE)) for name, command in found if command]
            )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of all commands, built-in ones first."""
        return [*_BUILT_IN, *sorted(_plug_in_names() - _BUILT_IN.keys())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        """Return the command with that name, or `None`."""
        if cmd_name in _BUILT_IN:
            command: click.Command = import_module(_BUILT_IN[cmd_name]).command
            return _prepared(command)
        for entry in entry_points(group=ENTRY_POINTS, name=cmd_name):
            try:
                loaded: click.Command = entry.load()
            except ImportError as error:
                return _unloadable_command(cmd_name, error)
            return _prepared(loaded)
        return None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; `help` and `help COMMAND` are as `--help`, `version` is as `--version`."""
        if args and args[0] in _WORDS and args[0] not in self.list_commands(ctx):
            args = [*args[1:], _WORDS[args[0]]]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a command line; name the most similar one if there is none."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            hint = did_you_mean(name, self.list_commands(ctx))
            ctx.fail(f"No such command '{name}'{hint}." if hint else f"No such command '{name}': see crm-mocks --help")
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run the command line and exit; an integer returned by the command is the exit code."""
        extra["standalone_mode"] = False
        if _COMPLETE in os.environ:
            import_module("crm_mocks.cli.completion")  # how bash and zsh ask
        run = super().main
        sys.exit(exit_code_of(lambda: run(args, prog_name or "crm-mocks", **extra), ends_process=True))

    def invoke(self, ctx: click.Context) -> Any:
        """Invoke the command; click itself would take a broken connection for a closed stdout, and exit with 1."""
        mention_misspelt_variables()
        try:
            return super().invoke(ctx)
        except OSError as error:
            raise CrmMocksError(unexpected(error)) from error


def _prepared(command: click.Command) -> click.Command:
    """Return a command with the options and the help that all commands have."""
    command.context_class = Context
    return add_vendor_options(command)


def _unloadable_command(name: str, error: ImportError) -> click.Command:
    """Return a command that reports why the real one cannot be loaded; other commands and `--help` still work."""
    message = f"the command '{name}' cannot be loaded: {error}"

    def fail() -> NoReturn:
        raise CrmMocksError(message)

    context_settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, callback=fail, short_help=f"Cannot be loaded: {error}", context_settings=context_settings
    )


def _plug_in_names() -> set[str]:
    return {entry.name for entry in entry_points(group=ENTRY_POINTS)}


_HELP: Final = """Mock CRM servers driven by OpenAPI contracts.

\b
crm-mocks serve                   start the mocks, with a page at their URL
crm-mocks serve ./their-crm.yaml  start a mock of your own contract
crm-mocks examples VENDOR         print requests to paste
crm-mocks run -- pytest           run a client's tests, and judge its requests
"""


@click.command(
    cls=Commands,
    help=_HELP,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="crm-mocks", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run a command; print the help without one."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
