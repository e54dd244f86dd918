"""Settings that bear on judging: those that select the variant of a contract, and the limits of JSON bodies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, Final

from crm_mocks.errors import UsageError
from crm_mocks.settings import Section, Settings, as_json, changed, setting_infos
from crm_mocks.settings.host import HOST, HostSettings

SettingsUsed = Mapping[str, Collection[str]]
"""Names of the settings that change the contract of a vendor, by the vendor's name."""

_LIMITS: Final = ("values", "nesting")


def judging_settings(settings: Settings, used: SettingsUsed) -> dict[str, Any]:
    """Return the settings that bear on judging and differ from their defaults, by `<section>.<name>`.

    None of them is a secret: a contract names only settings that its variants depend on.

    Args:
        settings: settings by section.
        used: see `SettingsUsed`.
    """
    relevant = {**used, HOST: _LIMITS}
    values = as_json(settings)
    return {
        f"{section}.{field.name}": values[section][field.name]
        for section, names in relevant.items()
        if section in settings
        for field in fields(settings[section])
        if field.name in names and getattr(settings[section], field.name) != field.default
    }


def settings_for_judging(given: Mapping[str, Any], defaults: Settings, used: SettingsUsed) -> dict[str, Section]:
    """Return the default settings with those of a journal, which anybody may have written.

    Args:
        given: as `judging_settings` returned them; those of other sections, and others than these, are left out.
        defaults: settings by section.
        used: see `SettingsUsed`.

    Raises:
        UsageError: a value is not allowed.
    """
    relevant = {**used, HOST: _LIMITS}
    result: dict[str, Section] = {HOST: HostSettings(), **defaults}
    for key, value in given.items():
        section, _, name = key.partition(".")
        if section not in result or name not in relevant.get(section, ()):
            continue
        if setting_infos(type(result[section]))[name].file:
            raise UsageError(f"the setting '{key}' is the name of a file")
        result = changed(result, {key: value}, starting=True)
    return result
