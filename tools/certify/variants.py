"""Variants of a mock to certify: its defaults, and each setting that changes the documented statuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crm_mocks.contract import Contract
from crm_mocks.contract.in_force import IN_FORCE
from crm_mocks.settings import setting_infos
from crm_mocks.vendor import Vendor

Variant = dict[str, str]
"""Settings by name, without the vendor's."""


def variants(vendor: Vendor) -> list[Variant]:
    """Return the variants of a vendor, its defaults first."""
    found: list[Variant] = [{}]
    known = setting_infos(vendor.settings_type)
    defaults = vendor.settings_type()
    usual = _statuses(vendor.contract_file.in_force(defaults))
    for name, value in sorted(set(_conditions(vendor.contract_file.document))):
        settings = replace(defaults, **{name: known[name].parse(value)})
        if _statuses(vendor.contract_file.in_force(settings)) != usual:
            found.append({name: value})
    return found


def _statuses(contract: Contract) -> dict[str, set[int]]:
    return {name: set(operation.responses) for name, operation in contract.operations.items()}


def _conditions(node: Any) -> Iterator[tuple[str, str]]:
    """Yield each setting and value that a part of a contract depends on."""
    if isinstance(node, dict):
        for name, values in node.get(IN_FORCE, {}).items():
            for value in values if isinstance(values, list) else [values]:
                yield name, str(value)
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _conditions(inner)
