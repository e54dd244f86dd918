"""Kinds of record, and the members by which identifiers find them (facts, Identifiers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.state.record_kind import Normalizer
from crm_mocks.vendor import RecordKind, as_written

Record = Mapping[str, Any]


def _kind(name: str, indexed: str = "", key: str = "id", **folded: Normalizer) -> RecordKind:
    return RecordKind(name, key, {**dict.fromkeys(indexed.split(), as_written), **folded})


KINDS: Final = (
    _kind("leads", "number"),
    _kind("tokens", key="token"),
    _kind("organisations", key="name"),
    _kind("web_api_keys", key="key"),
    _kind("users", username=str.lower),  # position crmcom-user-name-case
    _kind("groups", "name alternative_code"),
    _kind("units", "name alternative_code"),
    _kind("lead_types", "name alternative_code"),
    _kind("lead_statuses", "name alternative_code"),
    _kind("lead_categories", "name code"),
    _kind("lost_reasons", "name alternative_code"),
    _kind("privacy_levels", "number"),
    _kind(
        "contacts",
        "id_number passport_number social_security_number vat_registration_number registration_number",
    ),
    _kind("accounts_receivable", "number name contact"),
    _kind("communications", "number"),
    _kind("notifications", "number"),
    _kind("products", "code alternative_code"),
    _kind("product_types", "name alternative_code"),
    _kind("product_brands", "name alternative_code"),
    _kind("product_families", "name code"),
    _kind("competitors", "name vat_registration_number registration_number"),
    _kind("subscription_packages", "name alternative_code"),
    _kind("countries", "name alternative_code two_character_code three_character_code"),
)
"""Keys and indexed members, among them those of each kind's identifier in the contract."""
