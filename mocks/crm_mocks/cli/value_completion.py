"""Completion of option values in a shell: vendors, operations and settings.

Each function has the signature of click's `shell_complete`, and offers nothing where names cannot be found: a shell has
no place for errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from crm_mocks.errors import CrmMocksError

if TYPE_CHECKING:
    from crm_mocks.contract import Contract
    from crm_mocks.settings import Section, SettingInfo

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem[str]]"]
_Names = Callable[[click.Context, click.Parameter, str], Iterable["str | tuple[str, str]"]]


def names(find: _Names) -> Complete:
    """Return a completion from a function that yields all names, each alone or with a remark on it."""

    @wraps(find)
    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        try:
            found = [each if isinstance(each, tuple) else (each, "") for each in find(ctx, param, incomplete)]
        except (CrmMocksError, click.ClickException):
            return []
        return [CompletionItem(name, help=about or None) for name, about in found if name.startswith(incomplete)]

    return complete


def files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Let the shell complete files, such as a client program."""
    return [CompletionItem(incomplete, type="file")]


def vendors_or_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Complete vendors; files if none matches, since a contract may stand wherever a vendor does."""
    return _vendors(ctx, param, incomplete) or files(ctx, param, incomplete)


@names
def _vendors(_ctx: click.Context, _param: click.Parameter, _incomplete: str) -> Iterator[str]:
    from crm_mocks.vendor import vendor_names

    yield from vendor_names()


def contracts_in(ctx: click.Context) -> list[Contract]:
    """Return the contracts of the vendors that the command line names, of all if it names none."""
    from crm_mocks.cli.vendors import default_contract, load_vendors

    return [default_contract(vendor) for vendor in load_vendors(vendors_in(ctx))]


def vendors_in(ctx: click.Context) -> list[str]:
    """Return the names of the vendors that the command line names."""
    values = [_parameters(ctx).get(name) or () for name in ("vendor", "vendors", "source")]
    return list(chain.from_iterable([each] if isinstance(each, str) else each for each in values))


def _parameters(ctx: click.Context) -> dict[str, Any]:
    """Return the parameters so far; click has none if the line ends with an option whose value is to be completed."""
    words: list[str] = ctx.obj or []
    if not words or not words[-1].startswith("-"):
        return ctx.params
    with ctx.command.make_context(ctx.info_name, words[1:-1], ctx.parent, resilient_parsing=True) as earlier:
        return earlier.params


@names
def operations(ctx: click.Context, _param: click.Parameter, _incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete operations as `<vendor>.<operationId>`."""
    for contract in contracts_in(ctx):
        yield from ((each.key, f"{each.method} {each.path}") for each in contract.operations.values())


@names
def operation_ids(ctx: click.Context, _param: click.Parameter, _incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete operations of the vendor by operationId."""
    for contract in contracts_in(ctx):
        yield from ((each.id, f"{each.method} {each.path}") for each in contract.operations.values())


@names
def assignments(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete `<vendor>.<setting>=`, and the value where a setting takes one of several words."""
    yield from _assignments(ctx, incomplete)


@names
def vendor_assignments(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete `<setting>=` and values as above, of the one vendor that the command line names."""
    yield from ((name.partition(".")[2], about) for name, about in _assignments(ctx, f".{incomplete}"))


def _assignments(ctx: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    from crm_mocks.settings import words_of

    wanted, equals, _ = incomplete.partition("=")
    for key, info in _settings(ctx):
        if not equals:
            yield f"{key}=", info.help
        elif key.endswith(wanted):
            yield from ((f"{key}={word}", "") for word in words_of(info.parse))


def _settings(ctx: click.Context) -> Iterator[tuple[str, SettingInfo]]:
    from crm_mocks.cli.vendors import load_vendors
    from crm_mocks.settings import setting_infos
    from crm_mocks.settings.host import HOST, HostSettings

    named = vendors_in(ctx)
    sections: dict[str, type[Section]] = {} if named else {HOST: HostSettings}
    sections |= {each.name: each.settings_type for each in load_vendors(named)}
    for section, settings in sections.items():
        yield from ((f"{section}.{name}", info) for name, info in setting_infos(settings).items())
