"""`crm-mocks settings`: describes the settings declared by the host and the vendors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from crm_mocks.cli.streams import text_width
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.cli.vendors import load_vendors

if TYPE_CHECKING:
    from crm_mocks.settings import Section

_MAX_SHOWN: Final = 60
"""Maximum number of characters shown of a default."""


@dataclass(frozen=True)
class SettingDescription:
    """Description of one setting.

    Attributes:
        key: `<vendor>.<name>` or `host.<name>`.
        default: default as JSON value.
        help: one sentence.
        process: applies to the whole process, so it can be set at start only.
        file: at start, the value is the path of a file.
    """

    key: str
    default: Any
    help: str
    process: bool
    file: bool

    @property
    def shown_default(self) -> str:
        """The default as it is written after `--set`, truncated."""
        value = self.default
        if isinstance(value, bool):
            return str(value).lower()
        if value is None or value in ("", [], {}):
            return "none"
        shown = ",".join(map(str, value)) if isinstance(value, list) and _is_flat(value) else str(value)
        return "built in" if isinstance(value, list | dict) and not _is_flat(value) else shown[:_MAX_SHOWN]

    @property
    def remark(self) -> str:
        """Restrictions on when and how to set it; may be empty."""
        remarks = ["at start only, for the whole process"] * self.process + ["a file at start"] * self.file
        return "; ".join(remarks)


def _is_flat(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str | int | float) for each in value)


def describe_settings(vendors: Iterable[str] = ()) -> dict[str, list[SettingDescription]]:
    """Return all settings of the named vendors, or of the host, the shared state and all vendors, by section.

    Raises:
        UsageError: a vendor does not exist.
    """
    from crm_mocks.settings.host import HOST, HostSettings
    from crm_mocks.settings.state import STATE, StateSettings

    named = tuple(vendors)
    host = {} if named else {HOST: _settings(HOST, HostSettings), STATE: _settings(STATE, StateSettings)}
    return {**host, **{vendor.name: _settings(vendor.name, vendor.settings_type) for vendor in load_vendors(named)}}


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
        blocks.append(f"{head}\n{click.wrap_text(each.help + remark, text_width(), '    ', '    ')}")
    return "\n".join(blocks)


@click.command("settings")
@click.argument("vendors", nargs=-1, type=VENDOR, metavar="[VENDOR]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(vendors: tuple[str, ...], *, as_json: bool) -> None:
    """List settings with their defaults."""
    settings = describe_settings(vendors)
    if as_json:
        import orjson

        shown = {vendor: [asdict(each) for each in described] for vendor, described in settings.items()}
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(_as_text(settings))
