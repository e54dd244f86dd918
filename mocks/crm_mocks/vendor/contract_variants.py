"""Select the variant of a contract by settings that a user wrote as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crm_mocks.contract.in_force import in_force, settings_used
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.settings import changed
from crm_mocks.vendor.base import Vendor
from crm_mocks.vendor.loading import load_vendor, vendor_names


def document_in_force(document: Mapping[str, Any], settings: Mapping[str, str], source: str) -> Mapping[str, Any]:
    """Return the variant of a contract under the given settings and the defaults of the others.

    Args:
        document: the contract with all variants.
        settings: values by name of the setting, without the vendor's name.
        source: the vendor, file or URL, for messages and to find the vendor of the contract.

    Raises:
        UsageError: the contract does not depend on a setting, a value is not allowed, or a condition is malformed.
    """
    try:
        used = settings_used(document)
        unknown = sorted(settings.keys() - used)
        if unknown:
            available = f"it has {', '.join(sorted(used))}" if used else "it has no settings"
            hint = did_you_mean(unknown[0], used)
            raise UsageError(f"the contract {source} does not depend on the setting '{unknown[0]}'{hint}: {available}")
        return in_force(document, _values(source, document, settings, used)) if used else document
    except (AttributeError, KeyError, TypeError) as error:  # conditions in a user's file may have any form
        raise UsageError(f"the variants of the contract {source} are malformed: {error}") from None


def _values(
    source: str, document: Mapping[str, Any], settings: Mapping[str, str], used: frozenset[str]
) -> dict[str, Any]:
    """Return the value of each setting that the document uses."""
    vendor = _vendor_of(source, document)
    if vendor is None:
        missing = sorted(used - settings.keys())
        if missing:
            raise UsageError(
                f"the contract {source} has variants but belongs to no vendor: specify the settings of the variant: "
                f"{', '.join(missing)}"
            )
        return dict(settings)
    changes = {f"{vendor.name}.{name}": value for name, value in settings.items()}
    section = changed({vendor.name: vendor.settings_type()}, changes, starting=True)[vendor.name]
    unknown = sorted(name for name in used if not hasattr(section, name))
    if unknown:
        raise UsageError(f"the contract {source} depends on a setting that {vendor.name} does not have: {unknown[0]}")
    return {name: getattr(section, name) for name in used}


def _vendor_of(source: str, document: Mapping[str, Any]) -> Vendor | None:
    """Return the vendor that the document belongs to, by its file name or its title."""
    stem = Path(source).stem
    if stem in vendor_names():
        return load_vendor(stem)
    title = _title(document)
    vendors = map(load_vendor, vendor_names())
    return next((vendor for vendor in vendors if title and _title(vendor.contract_file.document) == title), None)


def _title(document: Mapping[str, Any]) -> Any:
    info = document.get("info")
    return info.get("title") if isinstance(info, Mapping) else None
