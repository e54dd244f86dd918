"""`crm-mocks settings`: what a user may change, from the declarations of the host and the vendors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from crm_mocks.cli.vendors import chosen

if TYPE_CHECKING:
    from crm_mocks.settings import Section

_SHOWN: Final = 60
"""Characters of a default that are shown."""


@dataclass(frozen=True)
class SettingDescription:
    """One setting, for people.

    Attributes:
        key: `<vendor>.<name>` or `host.<name>`.
        default: a JSON value.
        help: one sentence.
        process: it holds for the whole process, so it can be given at start only.
        file: at start its value is the path of a file.
    """

    key: str
    default: Any
    help: str
    process: bool
    file: bool

    @property
    def shown_default(self) -> str:
        """The default as one writes it behind `--set`, long ones cut."""
        value = self.default
        if isinstance(value, bool):
            return str(value).lower()
        if value is None or value in ("", [], {}):
            return "none"
        shown = ",".join(map(str, value)) if isinstance(value, list) and _is_flat(value) else str(value)
        return "built in" if isinstance(value, list | dict) and not _is_flat(value) else shown[:_SHOWN]

    @property
    def remark(self) -> str:
        """What else there is to know, or an empty text."""
        remarks = ["whole process, at start only"] * self.process + ["a file at start"] * self.file
        return "; ".join(remarks)


def _is_flat(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str | int | float) for each in value)


def reference(vendors: Iterable[str] = ()) -> dict[str, list[SettingDescription]]:
    """Return all settings of the named vendors, or those of the host and of all vendors, by section.

    Raises:
        UsageError: there is no such vendor.
    """
    from crm_mocks.settings.host import HOST, HostSettings

    named = tuple(vendors)
    host = {} if named else {HOST: _settings(HOST, HostSettings)}
    return {**host, **{vendor.name: _settings(vendor.name, vendor.settings_type) for vendor in chosen(named)}}


def _settings(section: str, settings_type: type[Section]) -> list[SettingDescription]:
    from crm_mocks.settings import as_json, setting_infos

    defaults = as_json({section: settings_type()})[section]
    return [
        SettingDescription(f"{section}.{name}", defaults[name], each.help, each.process, each.file)
        for name, each in sorted(setting_infos(settings_type).items())
    ]


def _as_text(settings: dict[str, list[SettingDescription]]) -> str:
    blocks = []
    for each in (each for described in settings.values() for each in described):
        head = f"{click.style(each.key, fg='cyan')}  default: {each.shown_default}"
        remark = f" ({each.remark})" if each.remark else ""
        blocks.append(f"{head}\n{click.wrap_text(each.help + remark, 100, '    ', '    ')}")
    return "\n".join(blocks)


@click.command("settings")
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(vendors: tuple[str, ...], *, as_json: bool) -> None:
    """List settings, their defaults and what they do."""
    settings = reference(vendors)
    if as_json:
        import orjson

        shown = {vendor: [asdict(each) for each in described] for vendor, described in settings.items()}
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(_as_text(settings))
