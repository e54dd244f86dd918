"""Command line options that say what to serve, generated from the declaration in `crm_mocks.options`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_mocks.cli.value_completion import assignments
from crm_mocks.cli.vendor_options import stateless_option
from crm_mocks.options import OptionInfo, ServeOptions, option_infos

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]

_FILE: Final = click.Path(path_type=Path)


def set_option(purpose: str = "") -> Callable[[Command], Command]:
    """Return a decorator that adds `--set`, with the keyword `assignments`.

    Args:
        purpose: what the settings are for, in `--help`.
    """
    return click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="KEY=VALUE",
        shell_complete=assignments,
        help=f"Set <vendor>.<setting>{purpose}; repeatable.",
    )


_FROM_FILES: Final[dict[str, tuple[Decorator, ...]]] = {
    "settings": (
        click.option(
            "--config", type=_FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor and 'host'."
        ),
        set_option(),
    ),
    "records": (
        click.option(
            "--seed-file",
            type=_FILE,
            metavar="FILE",
            help="Records and responses that each session starts with, YAML or JSON.",
        ),
    ),
    "replay": (
        click.option(
            "--replay",
            "replays",
            type=_FILE,
            multiple=True,
            metavar="FILE",
            help="Responses queued in each session, JSON or YAML: bodies of POST /__admin/responses; repeatable.",
        ),
    ),
}
"""Options whose values come from files."""


def serving_options(*names: str, **defaults: Any) -> Callable[[Command], Command]:
    """Return a decorator that adds serving options to a command; `serving_keywords` reads them.

    Args:
        names: names of fields of `ServeOptions`, in the order of `--help`.
        defaults: defaults that differ from the declared ones.
    """
    infos = option_infos(ServeOptions)
    declared = {each.name: each.default for each in fields(ServeOptions)}

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            if name in _FROM_FILES:
                decorators = _FROM_FILES[name]
            else:
                decorators = (_option(name, infos[name], defaults.get(name, declared[name])),)
            for decorator in reversed(decorators):
                command = decorator(command)
        return stateless_option(command)

    return decorate


def _option(name: str, info: OptionInfo, default: Any) -> Decorator:
    details: dict[str, Any] = {"help": info.help, "metavar": info.metavar}
    if default is False:
        return click.option(*info.flags, name, is_flag=True, **details)
    if default is not None:
        details |= {"default": default, "show_default": True}
    if info.environment is not None:
        details |= {"envvar": info.environment, "show_envvar": True}
    if info.bounds is not None:
        details["type"] = click.IntRange(*info.bounds)
    elif info.metavar == "FILE":
        details["type"] = _FILE
    return click.option(*info.flags, name, **details)


def serving_keywords(options: Mapping[str, Any], vendors: Iterable[str] = ()) -> dict[str, Any]:
    """Return the keywords of `crm_mocks.serve` for parsed command line options.

    Args:
        options: keywords of the command, others among them are left out.
        vendors: names of the vendors to serve; sections of other vendors in files are left out.

    Raises:
        UsageError: a file or a setting is wrong.
    """
    from crm_mocks.cli.inputs import load_replayed, load_seed, load_settings

    vendors = tuple(vendors)
    keywords = {name: options[name] for name in option_infos(ServeOptions) if name in options}
    if "assignments" in options:
        keywords["settings"] = load_settings(options["config"], options["assignments"], vendors)
    if "seed_file" in options:
        keywords["records"], keywords["replay"] = load_seed(options["seed_file"], vendors)
    if "replays" in options:
        keywords["replay"] = (*keywords.get("replay", ()), *load_replayed(options["replays"]))
    return keywords
