"""Every format used by a contract is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.contract.schema import Schemas
from crm_mocks.vendor import vendor_names

UNCHECKED: Final = {
    "float": "JSON has one kind of number, which any reader may parse as a float",
    "double": "JSON has one kind of number, which any reader may parse as a double",
    "password": "a hint for forms: any string may be a password",
}
"""Formats that do not constrain the value, with the reason."""

INVALID: Final[dict[str, list[Any]]] = {
    "date": ["2026-02-30", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", "", " 2026-01-01", "2026-01-01\n"],
    "date-time": ["2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "now", ""],
    "local-date-time": ["2026-01-01T00:00:00Z", "2026-01-01", "2026-01-01T00:60:00", "2026-02-30T00:00:00", ""],
    "local-date-or-date-time": ["2026-01-01T00:00:00Z", "2026-02-30", "2026-02-30T00:00:00", "2026-01-01T", ""],
    "date-time-0-7": ["2026-01-01", "2026-01-01T00:00:00.12345678", "2026-01-01T00:00:00+1", "2026-02-30T00:00:00", ""],
    "date-time-or-empty": ["2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z", " ", "2026-01-01T25:00:00Z"],
    "uuid": ["0", "g23e4567-e89b-42d3-a456-426614174000", "{123e4567-e89b-42d3-a456-426614174000}", "١" * 36, ""],
    "email": ["ada", "ada@", "@example.com", "a b@example.com", ""],
    "uri": ["example.com/x", "http://exa mple.com", "", ":"],
    "int32": [2**31, -(2**31) - 1, 1.5, "1"],
    "int64": [2**63, -(2**63) - 1, 0.5, "1", 10**400],
}
"""Invalid values by format."""

VALID: Final[dict[str, list[Any]]] = {
    "date": ["2024-02-29"],
    "date-time": ["2026-01-01T00:00:00Z", "2026-01-01T23:59:59.123456789+02:00"],
    "local-date-time": ["2026-01-01T00:00:00", "2026-01-01T00:00:00.1234567"],
    "local-date-or-date-time": ["2024-02-29", "2026-01-01T00:00:00", "2026-01-01T00:00:00.1234567"],
    "date-time-0-7": ["2026-01-01T00:00:00", "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.1-05:00"],
    "date-time-or-empty": ["2026-01-01T00:00:00Z", "2024-02-29t23:59:59.123+02:00", ""],
    "uuid": ["123e4567-e89b-42d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000"],
    "email": ["ada@example.com"],
    "uri": ["https://example.com/x?y=1"],
    "int32": [2**31 - 1, -(2**31)],
    "int64": [2**63 - 1, -(2**63)],
}


def formats(node: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield each format in a contract with its type and location, except in examples."""
    if isinstance(node, dict):
        if isinstance(node.get("format"), str):
            yield node["format"], node.get("type", "string"), place
        for key, inner in node.items():
            if key not in ("example", "examples", "default", "enum", "x-position"):
                yield from formats(inner, f"{place}/{key}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from formats(inner, f"{place}/{number}")


@pytest.mark.parametrize("vendor", vendor_names())
def test_each_format_of_a_contract_is_checked(vendor: str, figures: Callable[[str], None]) -> None:
    document = ContractFile(vendor).document
    used: dict[tuple[str, str], int] = {}
    for name, kind, place in formats(document):
        assert name in INVALID or name in UNCHECKED, f"{place}: the format '{name}' is not checked by the host"
        used[name, kind] = used.get((name, kind), 0) + 1
    schemas = Schemas(vendor, document)
    for name, kind in used:
        for value in INVALID.get(name, ()):
            assert not schemas.compile({"type": kind, "format": name}).is_valid(value), (name, value)
    figures(f"{vendor}: " + ", ".join(f"{name} {number}" for (name, _), number in sorted(used.items())))
    assert used


@pytest.mark.parametrize("name", INVALID)
def test_a_format_accepts_valid_values_and_rejects_invalid_ones(name: str) -> None:
    kind = "integer" if name.startswith("int") else "string"
    validator = Schemas("any", {}).compile({"type": kind, "format": name})
    assert [value for value in VALID[name] if not validator.is_valid(value)] == []
    assert [value for value in INVALID[name] if validator.is_valid(value)] == []
