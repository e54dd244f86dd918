"""Options of every command that say where vendors come from, and the type of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from crm_mocks.cli.value_completion import files, vendors_or_files
from crm_mocks.errors import UsageError
from crm_mocks.vendor_sources import (
    VendorSources,
    activate,
    active,
    configured_folders,
    forget_sources,
    is_path,
    supply,
)

Command = TypeVar("Command", bound=Callable[..., Any])

_META: Final = "crm_mocks.vendor_sources"
_OWN_CONTRACT: Final = "--contract"


class VendorType(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A vendor: its name, or the path of a contract, which becomes a vendor."""

    name = "vendor"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002  # click's
        """Return the name of the vendor."""
        if not is_path(value):
            return value
        if not Path(value).exists():
            _refuse_operation(value, ctx)
        return supply(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """Complete vendors and files."""
        return vendors_or_files(ctx, param, incomplete)


VENDOR: Final = VendorType()


def _refuse_operation(value: str, ctx: click.Context | None) -> None:
    """Refuse an operation in place of a vendor, which would be taken for the path of a contract.

    Raises:
        UsageError: the value is a vendor, a dot and more.
    """
    from crm_mocks.vendor import vendor_names

    vendor, _, operation = value.partition(".")
    if vendor in vendor_names():
        options = [name for each in ctx.command.params for name in each.opts] if ctx is not None else []
        option = f" --operation {operation}" if "--operation" in options else ""
        raise UsageError(f"'{value}' is an operation in place of a vendor: write {vendor}{option}")


def _source(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Return the callback of an option that states one of the arguments of `VendorSources.parse`."""

    def callback(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if _META not in ctx.meta:
            ctx.meta[_META] = {}
            ctx.call_on_close(forget_sources())
        if value:
            ctx.meta[_META][name] = value
            activate(VendorSources.parse(**{"folders": configured_folders(), **ctx.meta[_META]}))

    return callback


def add_vendor_options(command: click.Command) -> click.Command:
    """Add `--vendor-dir` and `--contract` to a command, unless it has them."""
    if any(_OWN_CONTRACT in each.opts for each in command.params):
        return command
    command.params += [
        click.Option(
            ["--vendor-dir"],
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Folder of a vendor, or with a folder per vendor; repeatable.  [pyproject.toml: vendor-dir]",
            is_eager=True,
            expose_value=False,
            callback=_source("folders"),
        ),
        click.Option(
            [_OWN_CONTRACT],
            multiple=True,
            metavar="[NAME=]FILE[@/PREFIX]",
            shell_complete=files,
            help="OpenAPI contract that becomes a vendor, in place of all others; repeatable.",
            is_eager=True,
            expose_value=False,
            callback=_source("contracts"),
        ),
    ]
    return command


def stateless_option(command: Command) -> Command:
    """Add `--stateless`."""
    return click.option(
        "--stateless",
        is_flag=True,
        help="Answer for supplied contracts with examples only, and store nothing.",
        is_eager=True,
        expose_value=False,
        callback=_source("stateless"),
    )(command)


def with_supplied(vendors: Iterable[str]) -> tuple[str, ...]:
    """Return the named vendors and those of `--contract`; empty if none are named."""
    named = tuple(vendors)
    sources = active()
    return tuple(dict.fromkeys((*named, *(each.name for each in sources.contracts), *sources.vendors))) if named else ()
