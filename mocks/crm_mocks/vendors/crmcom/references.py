"""References: finding the record that an identifier names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.crmcom.errors import RuleViolations
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.schemas import members


@dataclass(frozen=True, slots=True)
class RecordReference:
    """A kind of record that requests refer to.

    Attributes:
        name: in the singular, as the outcome `<name>_unknown` has it.
        kind: of the records.
        identifier: the contract's schema of the identifier.
        shown: the contract's schema of the record in responses.
    """

    name: str
    kind: str
    identifier: str
    shown: str


LEAD_TYPE: Final = RecordReference("lead_type", "lead_types", "LeadTypeIdentifier", "LeadType")
LEAD_STATUS: Final = RecordReference("lead_status", "lead_statuses", "LeadStatusIdentifier", "LeadStatus")
LEAD_CATEGORY: Final = RecordReference("lead_category", "lead_categories", "LeadCategoryIdentifier", "LeadCategory")
LOST_REASON: Final = RecordReference("lost_reason", "lost_reasons", "LeadLostReasonIdentifier", "LeadLostReason")
GROUP: Final = RecordReference("group", "groups", "GroupIdentifier", "Group")
UNIT: Final = RecordReference("unit", "units", "UnitIdentifier", "Unit")
USER: Final = RecordReference("user", "users", "UserIdentifier", "User")
PRIVACY_LEVEL: Final = RecordReference("privacy_level", "privacy_levels", "PrivacyLevelIdentifier", "PrivacyLevel")
CONTACT: Final = RecordReference("contact", "contacts", "ContactInformationIdentifier", "ContactInformation")
ACCOUNTS_RECEIVABLE: Final = RecordReference(
    "accounts_receivable", "accounts_receivable", "AccountsReceivableIdentifier", "AccountsReceivable"
)
COUNTRY: Final = RecordReference("country", "countries", "CountryIdentifier", "Country")
COMMUNICATION: Final = RecordReference("communication", "communications", "CommunicationIdentifier", "Communication")
NOTIFICATION: Final = RecordReference("notification", "notifications", "NotificationIdentifier", "Notification")
COMPETITOR: Final = RecordReference("competitor", "competitors", "CompetitorIdentifier", "Competitor")
PACKAGE: Final = RecordReference(
    "subscription_package", "subscription_packages", "SubscriptionPackageIdentifier", "SubscriptionPackage"
)
PRODUCTS: Final = {
    "product": RecordReference("product", "products", "ProductIdentifier", "Product"),
    "product_type": RecordReference("product_type", "product_types", "ProductTypeIdentifier", "ProductType"),
    "product_brand": RecordReference("product_brand", "product_brands", "ProductBrandIdentifier", "ProductBrand"),
    "product_family": RecordReference("product_family", "product_families", "ProductFamilyIdentifier", "ProductFamily"),
}
"""What an entry of products_set may name, by its member in the response."""

ALL: Final = (
    LEAD_TYPE, LEAD_STATUS, LEAD_CATEGORY, LOST_REASON, GROUP, UNIT, USER, PRIVACY_LEVEL, CONTACT, ACCOUNTS_RECEIVABLE,
    COUNTRY, COMMUNICATION, NOTIFICATION, COMPETITOR, PACKAGE, *PRODUCTS.values(),
)  # fmt: skip


async def candidates(context: RequestContext, to: RecordReference, identifier: Mapping[str, Any]) -> list[Record]:
    """Return all records that an identifier names; names need not be unique."""
    member = next(name for name in members(context.contract, to.identifier) if name in identifier)
    found: list[Record] = await context.records.find(to.kind, member, identifier[member])
    return found


async def resolve(
    context: RequestContext, violations: RuleViolations, to: RecordReference, identifier: Mapping[str, Any]
) -> Record | None:
    """Return the record that an identifier names; if there is none, add that and return `None`."""
    found = await candidates(context, to, identifier)
    if found:
        return found[0]
    add_unknown(violations, to)
    return None


def add_unknown(violations: RuleViolations, to: RecordReference) -> None:
    """Add that an identifier names no record."""
    violations.add_unknown_record(f"{to.name}_unknown", f"No {to.name.replace('_', ' ')} has this identifier.")
