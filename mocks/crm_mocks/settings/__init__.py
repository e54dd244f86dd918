"""Settings of the host and the vendors, with defaults, limits and help texts.

A vendor declares its settings as a frozen dataclass that extends `VendorSettings`; each field is made by `setting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from crm_mocks.credential_names import is_credential_name
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.parsing.user_files import read_data_file
from crm_mocks.settings.parsers import Parse, names, number, numbers, one_of, switch, text, whole_number, words_of

__all__ = [
    "Parse",
    "Section",
    "SettingInfo",
    "Settings",
    "VendorSettings",
    "as_json",
    "changed",
    "from_config",
    "names",
    "number",
    "numbers",
    "one_of",
    "secret_settings",
    "setting",
    "setting_infos",
    "switch",
    "text",
    "whole_number",
    "words_of",
]

_META: Final = "crm_mocks"


class SettingInfo(msgspec.Struct, frozen=True):
    """Description of a setting.

    Attributes:
        help: one sentence for docs and messages.
        parse: parses a string or JSON value; raises `ValueError` with a description of the accepted values.
        process: the setting applies to the whole process and cannot be changed for a session.
        file: at start, the value is the path of a YAML or JSON file; the control API takes the content instead.
    """

    help: str
    parse: Parse
    process: bool = False
    file: bool = False


def setting(default: Any, help: str, parse: Parse, *, process: bool = False, file: bool = False) -> Any:
    """Declare a setting as a dataclass field.

    Args:
        default: default value.
        help: one sentence for docs and messages.
        parse: see `SettingInfo.parse`.
        process: see `SettingInfo.process`.
        file: see `SettingInfo.file`.
    """
    return field(default=default, metadata={_META: SettingInfo(help, parse, process, file)})


@dataclass(frozen=True)
class Section:
    """Settings of the host, or of one vendor."""


@dataclass(frozen=True)
class VendorSettings(Section):
    """Settings common to all vendors."""

    latency_ms: int = setting(0, "Delay of every response, in milliseconds.", whole_number(0, 600_000))


Settings = Mapping[str, Section]
"""Settings of the host and of all vendors, by section."""


def setting_infos(settings_type: type[Section]) -> dict[str, SettingInfo]:
    """Return the description of each setting of a section, by name."""
    return {setting_field.name: setting_field.metadata[_META] for setting_field in fields(settings_type)}


def changed(settings: Settings, changes: Mapping[str, Any], *, starting: bool = False) -> dict[str, Section]:
    """Return settings with changes applied.

    Args:
        settings: current settings.
        changes: values by `<section>.<name>`, as strings or JSON values; a section is `host` or a vendor.
        starting: whether the process is starting; only then process settings may change and files are read.

    Raises:
        UsageError: a name is unknown, a value is not allowed, or a file cannot be read.
    """
    result = dict(settings)
    for key, raw in changes.items():
        section, _, name = key.partition(".")
        if section not in result:
            raise UsageError(f"unknown setting '{key}'{_section_hint(key, result)}: sections are {_listed(result)}")
        infos = setting_infos(type(result[section]))
        if name not in infos:
            hint = did_you_mean(name, infos)
            raise UsageError(f"unknown setting '{key}'{hint}: {section} has {_listed(infos)}")
        if infos[name].process and not starting:
            raise UsageError(f"the setting '{key}' applies to the whole process: set it at start, with --set")
        value = _parsed(key, infos[name], raw, starting=starting)
        result[section] = replace(result[section], **{name: value})
    return result


def _section_hint(key: str, settings: Settings) -> str:
    """Return the sections that have a setting which is named without one, or the section that was probably meant."""
    named = [f"'{section}.{key}'" for section, values in settings.items() if key in setting_infos(type(values))]
    return f" (did you mean {' or '.join(named)}?)" if named else did_you_mean(key.partition(".")[0], settings)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _parsed(key: str, info: SettingInfo, raw: Any, *, starting: bool) -> Any:
    if info.file and isinstance(raw, str):
        if not starting:
            raise UsageError(f"the setting '{key}' takes an object here, not a path")
        raw = read_data_file(Path(raw), f"the setting '{key}'")
    try:
        if isinstance(raw, str) and not _is_unicode(raw):
            raise ValueError("text in UTF-8")
        return info.parse(raw)
    except ValueError as error:
        raise UsageError(f"the setting '{key}' takes {error}") from None


def _is_unicode(text: str) -> bool:
    """Return whether a text can be written as UTF-8, unlike bytes of the command line that are not UTF-8."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def secret_settings(sections: Iterable[Section]) -> Iterator[str]:
    """Yield the values of settings that are credentials, such as signature keys, and passwords within them."""
    for section in sections:
        for each in fields(section):
            if not each.name.endswith("_key") and not is_credential_name(each.name):
                continue
            value = getattr(section, each.name)
            for word in value if isinstance(value, tuple) else (value,):
                if isinstance(word, str):
                    yield word
                    yield word.partition(":")[2]


def as_json(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return the values as JSON, by section and name; tuples are arrays."""
    return {
        section: {
            setting_field.name: _json_value(getattr(values, setting_field.name)) for setting_field in fields(values)
        }
        for section, values in settings.items()
    }


def _json_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | float | bool | list | dict | type(None)) else str(value)


def from_config(data: Any, source: str) -> dict[str, Any]:
    """Flatten a configuration, one section for the host and each vendor, into `<section>.<name>` keys.

    Args:
        data: content of a YAML or JSON file; `None` for an empty one.
        source: name of the file, for errors.

    Raises:
        UsageError: the configuration has an invalid structure.

    Example:
        >>> from_config({"toy": {"latency_ms": 5}}, "settings.yaml")
        {'toy.latency_ms': 5}
    """
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(section, dict | None) for section in data.values()):
        raise UsageError(f"{source}: must have one section per vendor, each with settings as `name: value`")
    return {f"{name}.{key}": value for name, section in data.items() for key, value in (section or {}).items()}
