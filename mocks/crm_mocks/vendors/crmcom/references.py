"""Identifiers: from the one member that names a record to the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.crmcom.errors import CrmComFaults
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.schemas import members


@dataclass(frozen=True, slots=True)
class Reference:
    """A kind of record that requests refer to.

    Attributes:
        name: in the singular, as the outcome `<name>_unknown` has it.
        kind: of the records.
        identifier: the contract's schema of the identifier.
        shown: the contract's schema of the record in answers.
    """

    name: str
    kind: str
    identifier: str
    shown: str


LEAD_TYPE: Final = Reference("lead_type", "lead_types", "LeadTypeIdentifier", "LeadType")
LEAD_STATUS: Final = Reference("lead_status", "lead_statuses", "LeadStatusIdentifier", "LeadStatus")
LEAD_CATEGORY: Final = Reference("lead_category", "lead_categories", "LeadCategoryIdentifier", "LeadCategory")
LOST_REASON: Final = Reference("lost_reason", "lost_reasons", "LeadLostReasonIdentifier", "LeadLostReason")
GROUP: Final = Reference("group", "groups", "GroupIdentifier", "Group")
UNIT: Final = Reference("unit", "units", "UnitIdentifier", "Unit")
USER: Final = Reference("user", "users", "UserIdentifier", "User")
PRIVACY_LEVEL: Final = Reference("privacy_level", "privacy_levels", "PrivacyLevelIdentifier", "PrivacyLevel")
CONTACT: Final = Reference("contact", "contacts", "ContactInformationIdentifier", "ContactInformation")
ACCOUNTS_RECEIVABLE: Final = Reference(
    "accounts_receivable", "accounts_receivable", "AccountsReceivableIdentifier", "AccountsReceivable"
)
COUNTRY: Final = Reference("country", "countries", "CountryIdentifier", "Country")
COMMUNICATION: Final = Reference("communication", "communications", "CommunicationIdentifier", "Communication")
NOTIFICATION: Final = Reference("notification", "notifications", "NotificationIdentifier", "Notification")
COMPETITOR: Final = Reference("competitor", "competitors", "CompetitorIdentifier", "Competitor")
PACKAGE: Final = Reference(
    "subscription_package", "subscription_packages", "SubscriptionPackageIdentifier", "SubscriptionPackage"
)
PRODUCTS: Final = {
    "product": Reference("product", "products", "ProductIdentifier", "Product"),
    "product_type": Reference("product_type", "product_types", "ProductTypeIdentifier", "ProductType"),
    "product_brand": Reference("product_brand", "product_brands", "ProductBrandIdentifier", "ProductBrand"),
    "product_family": Reference("product_family", "product_families", "ProductFamilyIdentifier", "ProductFamily"),
}
"""What an entry of products_set may name, by the member that shows it in the answer."""

ALL: Final = (
    LEAD_TYPE, LEAD_STATUS, LEAD_CATEGORY, LOST_REASON, GROUP, UNIT, USER, PRIVACY_LEVEL, CONTACT, ACCOUNTS_RECEIVABLE,
    COUNTRY, COMMUNICATION, NOTIFICATION, COMPETITOR, PACKAGE, *PRODUCTS.values(),
)  # fmt: skip


async def candidates(context: RequestContext, to: Reference, identifier: Mapping[str, Any]) -> list[Record]:
    """Return all records that an identifier, found good by the contract, fits; names need not be unique."""
    member = next(name for name in members(context.contract, to.identifier) if name in identifier)
    found: list[Record] = await context.records.find(to.kind, member, identifier[member])
    return found


async def resolve(
    context: RequestContext, findings: CrmComFaults, to: Reference, identifier: Mapping[str, Any]
) -> Record | None:
    """Return the record that an identifier names; if there is none, note that and return `None`."""
    found = await candidates(context, to, identifier)
    if found:
        return found[0]
    unknown(findings, to)
    return None


def unknown(findings: CrmComFaults, to: Reference) -> None:
    """Note that an identifier names no record."""
    findings.refer(f"{to.name}_unknown", f"No {to.name.replace('_', ' ')} has this identifier.")
