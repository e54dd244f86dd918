"""Toy CRM, which stores contacts."""

from __future__ import annotations

from crm_mocks.vendors.toy import operations

from crm_mocks.vendor import RecordKind, Vendor


class ToyVendor(Vendor):
    """Toy CRM."""

    operations = operations
    kinds = (RecordKind("contacts", "id", indexed={"email": str.lower}),)
    credentials = {"X-Key": "demo-key"}
    magic_members = ("email",)
