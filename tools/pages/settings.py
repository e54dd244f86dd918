"""docs/settings.md: settings of the host and of each vendor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from crm_mocks.settings import Section, SettingInfo, as_json, setting_infos
from crm_mocks.settings.host import HOST, HostSettings
from crm_mocks.settings.state import STATE, StateSettings
from crm_mocks.vendor import Vendor
from tools.pages.markdown import code, page, table

NAME = "settings.md"
_INTRODUCTION = """\
Give settings at the start with `--set KEY=VALUE`, or in a file with `--config`, which has a section `host`, one per
vendor, and with [`--state`](scale.md) one named `state`; `--set` overrides the file. While the mocks run, `PUT
/__admin/settings` changes a vendor's settings for one session."""


def render(vendors: Iterable[Vendor]) -> str:
    """Return the page."""
    host = _section("The host", HOST, HostSettings)
    state = _section("The shared state", STATE, StateSettings)
    return page("Settings", _INTRODUCTION, [host, state, *map(_vendor, vendors)])


def _vendor(vendor: Vendor) -> str:
    return _section(vendor.contract_file.document["info"]["title"], vendor.name, vendor.settings_type)


def _section(title: str, section: str, settings_type: type[Section]) -> str:
    defaults = as_json({section: settings_type()})[section]
    rows = [
        [code(f"{section}.{name}"), _default(defaults[name]), known.help + _remarks(known)]
        for name, known in sorted(setting_infos(settings_type).items())
    ]
    return f"## {title}\n\n{table(['Key', 'Default', 'Description'], rows)}"


def _default(value: Any) -> str:
    if value in ("", None, []):
        return "none"
    if isinstance(value, list) and all(isinstance(each, int) for each in value):
        return code(",".join(map(str, value)))
    return code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _remarks(known: SettingInfo) -> str:
    remarks = ""
    if known.process:
        remarks += " For the whole process, at the start only."
    if known.file:
        remarks += " At the start, the path of a YAML or JSON file."
    return remarks
