"""Load the version of a contract given as a vendor, a file or a URL, with optional settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crm_contracts.commands.contract_documents import fetch_contract, read_contract_file
from crm_mocks.contract.in_force import in_force, settings_used
from crm_mocks.contract.published_form import expand
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean

_SETTINGS: Final = re.compile(r"(?P<source>.+)@(?P<settings>\w+=[^@]*)", re.DOTALL)
_SETTING_SEPARATOR: Final = re.compile(r",(?=\w+=)")
_URL: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class ContractSource:
    """A version of a contract.

    Attributes:
        name: name as written by the user.
        document: OpenAPI document.
    """

    name: str
    document: Mapping[str, Any]


def source_of(name: str) -> ContractSource:
    """Return the version of a contract that a user specifies.

    Args:
        name: a vendor, a file, or a URL on a loopback host, optionally followed by `@setting=value[,setting=value]`
            to select a variant other than that of the default settings.

    Raises:
        UsageError: the contract does not exist or cannot be read, or the setting is unknown.
    """
    match = _SETTINGS.fullmatch(name)
    source, settings = (match["source"], _settings(match["settings"])) if match else (name, {})
    document = _document(source)
    try:
        return ContractSource(name, _variant(source, expand(document), settings))
    except (AttributeError, KeyError, TypeError) as error:  # variants in a user's file may have any form
        raise UsageError(f"the variants of the contract {source} are malformed: {error}") from None


def _document(source: str) -> Mapping[str, Any]:
    from crm_mocks.vendor import load_vendor, vendor_names

    if source in vendor_names():
        document: Mapping[str, Any] = load_vendor(source).contract_file.document
        return document
    if _URL.match(source):
        return fetch_contract(source)
    if not Path(source).exists() and not re.search(r"[./\\]", source):
        hint = did_you_mean(source, vendor_names())
        raise UsageError(f"'{source}' is neither a file nor a vendor{hint}: vendors are {', '.join(vendor_names())}")
    return read_contract_file(Path(source))


def _settings(text: str) -> dict[str, str]:
    pairs = (assignment.partition("=") for assignment in _SETTING_SEPARATOR.split(text))
    return {name: value for name, _, value in pairs}


def _variant(source: str, document: Mapping[str, Any], settings: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the variant of a document under the given settings and the defaults of the others.

    Raises:
        UsageError: the document does not depend on a setting, or a value is not allowed.
    """
    used = settings_used(document)
    unknown = sorted(settings.keys() - used)
    if unknown:
        available = f"it has {', '.join(sorted(used))}" if used else "it has no settings"
        hint = did_you_mean(unknown[0], used)
        raise UsageError(f"the contract {source} does not depend on the setting '{unknown[0]}'{hint}: {available}")
    return in_force(document, _values(source, document, settings, used)) if used else document


def _values(
    source: str, document: Mapping[str, Any], settings: Mapping[str, str], used: frozenset[str]
) -> dict[str, Any]:
    """Return the value of each setting that the document uses."""
    from crm_mocks.settings import changed

    vendor = _vendor_of(source, document)
    if vendor is None:
        missing = sorted(used - settings.keys())
        if missing:
            raise UsageError(
                f"the contract {source} has variants but belongs to no vendor: specify the settings of the variant, "
                f"such as {source}@{','.join(f'{name}=…' for name in missing)}"
            )
        return dict(settings)
    changes = {f"{vendor.name}.{name}": value for name, value in settings.items()}
    section = changed({vendor.name: vendor.settings_type()}, changes, starting=True)[vendor.name]
    unknown = sorted(name for name in used if not hasattr(section, name))
    if unknown:
        raise UsageError(f"the contract {source} depends on a setting that {vendor.name} does not have: {unknown[0]}")
    return {name: getattr(section, name) for name in used}


def _vendor_of(source: str, document: Mapping[str, Any]) -> Any:
    """Return the vendor that the document belongs to, by its file name or its title."""
    from crm_mocks.vendor import load_vendor, vendor_names

    stem = Path(source).stem
    if stem in vendor_names():
        return load_vendor(stem)
    title = _title(document)
    vendors = map(load_vendor, vendor_names())
    return next((vendor for vendor in vendors if title and _title(vendor.contract_file.document) == title), None)


def _title(document: Mapping[str, Any]) -> Any:
    info = document.get("info")
    return info.get("title") if isinstance(info, Mapping) else None
