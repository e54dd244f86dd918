"""Checks of the records that users supply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.state.record_kind import RecordKind
from crm_mocks.vendor import Vendor


def check_records(given: Mapping[str, Any], vendors: Mapping[str, Vendor]) -> None:
    """Check the records that every session starts with, beside those of the vendors.

    Args:
        given: lists of records by vendor and kind, if they are what they must be.
        vendors: vendors by name.

    Raises:
        UsageError: they are not, or a vendor cannot use a record.
    """
    for name, by_kind in given.items():
        if name not in vendors:
            hint = did_you_mean(name, vendors)
            raise UsageError(f"records of an unknown vendor '{name}'{hint}: the mocks serve {', '.join(vendors)}")
        if not isinstance(by_kind, Mapping):
            raise UsageError(f"records of {name}: must be lists of records by kind")
        for kind, records in by_kind.items():
            _check_kind(vendors[name], kind, records)


def _check_kind(vendor: Vendor, kind: str, records: Any) -> None:
    about = vendor.kinds_by_name.get(kind)
    if about is None:
        kinds = ", ".join(sorted(vendor.kinds_by_name))
        hint = did_you_mean(kind, vendor.kinds_by_name)
        raise UsageError(f"records of {vendor.name}: unknown kind '{kind}'{hint}, its kinds are {kinds}")
    if not isinstance(records, list) or not all(
        isinstance(each, Mapping) and each.get(about.key) is not None for each in records
    ):
        raise UsageError(f"records {vendor.name}.{kind}: must be a list of objects with '{about.key}'")
    for record in records:
        check_record(vendor, about, record)


def check_record(vendor: Vendor, kind: RecordKind, record: Mapping[str, Any]) -> None:
    """Check that a vendor can use a record in responses.

    Raises:
        UsageError: it cannot.
    """
    problem = vendor.record_fault(kind.name, record)
    if problem:
        raise UsageError(f"the record '{record[kind.key]}' of '{kind.name}' {problem}")
