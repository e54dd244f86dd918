"""Settings of the host and the vendors, with defaults, limits and help texts.

A vendor declares its settings as a frozen dataclass that extends `VendorSettings`; each field is made by `setting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from crm_mocks.credential_names import is_credential_name
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.parsing.user_files import read_data_file

Parse = Callable[[Any], Any]
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


def whole_number(low: int, high: int) -> Parse:
    """Return a parser of integers, or strings of them.

    Args:
        low: least number allowed.
        high: greatest number allowed.

    Raises:
        ValueError: (the parser) the value is not such a number.

    Example:
        >>> whole_number(0, 600_000)("250")
        250
    """

    def parse(raw: Any) -> int:
        try:
            value = int(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else None
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return parse


def number(low: float, high: float) -> Parse:
    """Return a parser of finite numbers, or strings of them.

    Args:
        low: least number allowed.
        high: greatest number allowed.

    Raises:
        ValueError: (the parser) the value is not such a number.

    Example:
        >>> number(0, 60)("1.5")
        1.5
    """

    def parse(raw: Any) -> float:
        try:
            value = float(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else None
        except (ValueError, OverflowError):
            value = None
        if value is None or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return int(value) if value.is_integer() else value

    return parse


class _OneOf(msgspec.Struct, frozen=True):
    """Parses one of several words, case-insensitive."""

    words: tuple[str, ...]

    def __call__(self, raw: Any) -> str:
        for word in self.words:
            if str(raw).lower() == word.lower():
                return word
        raise ValueError(f"one of {', '.join(self.words)}{did_you_mean(str(raw), self.words)}")


def one_of(*words: str) -> Parse:
    """Return a parser of one of several words, case-insensitive; it returns the word as it is given here.

    Raises:
        ValueError: (the parser) the value is none of the words.

    Example:
        >>> one_of("strict", "lenient")("Strict")
        'strict'
    """
    return _OneOf(words)


def switch(raw: Any) -> bool:
    """Parse a boolean: true, on, yes, 1, or the opposite, case-insensitive.

    Raises:
        ValueError: the value is none of these.
    """
    word = str(raw).lower()
    if word in ("true", "on", "yes", "1"):
        return True
    if word in ("false", "off", "no", "0"):
        return False
    raise ValueError(f"true or false{did_you_mean(word, ('true', 'false'))}")


def words_of(parse: Parse) -> tuple[str, ...]:
    """Return the words of which a setting takes one; none if it takes other values."""
    if isinstance(parse, _OneOf):
        return parse.words
    return ("true", "false") if parse is switch else ()


def text(raw: Any) -> str:
    """Parse a string, or a number as its text.

    Raises:
        ValueError: the value is neither.
    """
    if isinstance(raw, str | int | float):
        return str(raw)
    raise ValueError("a string")


def numbers(raw: Any) -> tuple[int, ...]:
    """Parse integers of 64 bits: a list, or a comma-separated string.

    Raises:
        ValueError: an entry is not such an integer.

    Example:
        >>> numbers("44,66")
        (44, 66)
    """
    parts = raw if isinstance(raw, list | tuple) else str(raw).replace(",", " ").split()
    integer = whole_number(-(2**63), 2**63 - 1)  # the range that JSON writers accept
    try:
        return tuple(integer(part) for part in parts)
    except ValueError:
        raise ValueError("whole numbers, such as 44,66") from None


def names(raw: Any) -> tuple[str, ...]:
    """Parse names: a list, or a comma-separated string.

    Raises:
        ValueError: the value is neither.

    Example:
        >>> names("x-trace, nickname")
        ('x-trace', 'nickname')
    """
    parts = raw if isinstance(raw, list | tuple) else str(raw).split(",")
    if not all(isinstance(part, str) for part in parts) or isinstance(raw, dict | bool):
        raise ValueError("names, such as x-trace,nickname")
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))


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
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    yield text
                    yield text.partition(":")[2]


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
