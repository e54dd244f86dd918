"""Building the lead from its draft, as it is stored and returned (facts, Answer)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.crmcom import periods
from crm_mocks.vendors.crmcom import references as to
from crm_mocks.vendors.crmcom.draft import SOURCES, LeadDraft, Product
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.responses import show
from crm_mocks.vendors.crmcom.rules import LeadDates
from crm_mocks.vendors.crmcom.schemas import members

FIRST_NUMBER: Final = 128  # that of the document's Example 2
FIELDS: Final = "fields_set"


class LeadBuilder:
    """Builds a lead; generated values depend on its ordinal."""

    def __init__(self, context: RequestContext, draft: LeadDraft, dates: LeadDates, ordinal: int) -> None:
        self._context = context
        self._draft = draft
        self._dates = dates
        self._ordinal = ordinal

    def _id(self, kind: str) -> str:
        return self._context.seeded.hex(f"{kind} id", self._ordinal).upper()

    async def build(self, contact: Record, log: dict[str, Any]) -> dict[str, Any]:
        """Return the lead with all members of the release.

        Args:
            contact: existing or just made.
            log: the lead's log_information.
        """
        draft, known = self._draft, members(self._context.contract, "Lead")
        status = draft.status or {}
        lead = {name: draft.given.get(name) for name in known} | {
            "id": self._id("lead"),
            "number": str(FIRST_NUMBER + self._ordinal - 1),
            "life_cycle_state": status.get("life_cycle_state"),
            "type": await self._show(to.LEAD_TYPE, draft.type),
            "status": await self._show(to.LEAD_STATUS, draft.status),
            "category": await self._show(to.LEAD_CATEGORY, draft.category),
            "lost_reason": await self._show(to.LOST_REASON, draft.lost_reason),
            "contact_information": await self._show(to.CONTACT, contact),
            "accounts_receivable": await self._show(to.ACCOUNTS_RECEIVABLE, draft.accounts_receivable),
            "owned_by_group": await self._show(to.GROUP, draft.group),
            "privacy_level": await self._show(to.PRIVACY_LEVEL, draft.privacy_level),
            "lead_source": await self._source(),
            "assigned_to": {
                "user": await self._show(to.USER, draft.assignee),
                "unit": await self._show(to.UNIT, draft.unit),
            },
            "log_information": log,
            **self._when(),
            **await self._sets(),
            **await self._package(),
        }
        if draft.owner is None:  # position crmcom-lead-owner
            lead.pop("lead_owner", None)
        else:
            lead["lead_owner"] = await self._show(to.USER, draft.owner)
        return {name: value for name, value in lead.items() if name in known}

    async def _show(self, reference: to.RecordReference, record: Record | None) -> Any:
        return await show(self._context, reference.shown, record)

    async def _source(self) -> dict[str, Any]:
        source = self._draft.given["source"]
        if source["type"] not in SOURCES:
            return {"type": source["type"], "name": self._draft.source_name}
        _, member, reference = SOURCES[source["type"]]
        return {"type": source["type"], member: await self._show(reference, self._draft.source)}

    def _when(self) -> dict[str, Any]:
        dates, given = self._dates, self._draft.given
        length = periods.in_largest_unit(dates.expected - dates.start)
        estimated = given.get("estimated_completion_time")
        return {
            "start_date": given.get("start_date", periods.written(dates.start)),
            "expected_completion_date": given.get("expected_completion_date", periods.written(dates.expected)),
            "actual_completion_date": None,
            "estimated_completion_time": {name: estimated[name] for name in length} if estimated else length,
            "time_to_completion": length,
            "time_overdue": periods.overdue(dates.expected, dates.created),
        }

    async def _sets(self) -> dict[str, Any]:
        draft = self._draft
        competitors = draft.competitors
        if competitors is None:
            competitors = await self._records(to.COMPETITOR, self._default("competitors"))
        return {
            "users_set": [
                {"id": self._id(f"users_set {number}"), "user": await self._show(to.USER, user)}
                for number, user in enumerate(draft.team)
            ],
            "competitors_set": [
                {"id": self._id(f"competitors_set {number}"), "competitor": await self._show(to.COMPETITOR, each)}
                for number, each in enumerate(competitors)
            ],
            **await self._product_sets(),
        }

    async def _product_sets(self) -> dict[str, Any]:
        """Return the sets of products of the release (positions crmcom-services-from-r18, crmcom-type-defaults)."""
        draft = self._draft
        products, services, goods = draft.products, draft.services, draft.goods
        if products is services is goods is None:
            products = [
                (member, record)
                for entry in self._default("products")
                for member, key in entry.items()
                for record in await self._records(to.PRODUCTS[member], [key])
            ]
            services = [each for each in products if await self._classification(each) == "SERVICES"]
            goods = [each for each in products if await self._classification(each) == "PHYSICALGOODS"]
            together = products
        else:
            together = [*(products or ()), *(services or ()), *(goods or ())]
        return {
            "products_set": await self._entries("products_set", together, to.PRODUCTS),
            "services_set": await self._entries("services_set", services or (), ("product", "product_type")),
            "physical_goods_set": await self._entries("physical_goods_set", goods or (), to.PRODUCTS),
        }

    async def _classification(self, product: Product) -> str:
        member, record = product
        if member == "product":
            record = await self._context.records.get("product_types", record.get("product_type"))
        return str((record or {}).get("classification"))

    async def _entries(self, name: str, products: Iterable[Product], kinds: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {
                "id": self._id(f"{name} {number}"),
                **dict.fromkeys(kinds),
                member: await self._show(to.PRODUCTS[member], record),
            }
            for number, (member, record) in enumerate(products)
        ]

    async def _package(self) -> dict[str, Any]:
        packages = self._draft.packages
        default = self._default("subscription_package")
        if not packages and default:
            packages = await self._records(to.PACKAGE, [default])
        shown = [await self._show(to.PACKAGE, package) for package in packages]
        return {
            "subscription_package": {"subscription_package": shown[0]} if shown else None,
            "subscription_packages": [
                {"id": self._id(f"subscription_packages {number}"), "subscription_package": package}
                for number, package in enumerate(shown)
            ],
        }

    def _default(self, what: str) -> Any:
        return (self._draft.type or {}).get(f"default_{what}") or ()

    async def _records(self, reference: to.RecordReference, keys: Iterable[str]) -> list[Record]:
        found = [await self._context.records.get(reference.kind, key) for key in keys]
        return [record for record in found if record is not None]


def selected(lead: dict[str, Any], given: Record) -> dict[str, Any]:
    """Return the members that fields_set names, or all (position crmcom-fields-set)."""
    names = {name.strip() for name in str(given.get(FIELDS, "")).split(",")}
    return {name: value for name, value in lead.items() if name in names} or lead
