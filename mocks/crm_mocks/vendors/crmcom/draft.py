"""Draft of a lead: all records that a request refers to, looked up and checked against the lead type's lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.crmcom import references as to
from crm_mocks.vendors.crmcom.errors import RuleViolations
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.references import PRODUCTS, RecordReference, add_unknown, candidates, resolve
from crm_mocks.vendors.crmcom.schemas import members, reached

_TYPE_SUPPLIES_SOURCE: Final = "R15.0.0"
"""First release in which a lead type may supply name or contact of the source."""

Product = tuple[str, Record]
"""An entry of a set of products: its member in the response, and the record."""

SOURCES: Final = {
    "COMMUNICATIONS": ("source_communications_identifier", "communication", to.COMMUNICATION),
    "NOTIFICATIONS": ("source_notifications_identifier", "notification", to.NOTIFICATION),
    "RECOMMENDED_BY_CONTACT": ("source_recommended_by_contact_identifier", "recommended_by_contact", to.CONTACT),
    "RECOMMENDED_BY_EMPLOYEE": ("source_recommended_by_employee_identifier", "recommended_by_employee", to.USER),
    "RECOMMENDED_BY_PARTNER": ("source_recommended_by_partner_identifier", "recommended_by_partner", to.CONTACT),
}
"""Sources that refer to a record: the parameter, the member of the response, and the reference."""


@dataclass
class LeadDraft:
    """The lead that a request describes, with records in place of identifiers.

    Attributes:
        given: the parameters known to the release in force.
        contact: an existing contact, or `None` for a new one.
        countries: of a new contact, by member of its demographics.
        source: the record that the source refers to, if its type requires one.
        source_name: name of the source, if its type requires one.
        assignee, unit: user and unit that the lead is assigned to.
        products, services, goods: entries in the request; `None` without the parameter.
    """

    given: Mapping[str, Any]
    type: Record | None = None
    status: Record | None = None
    category: Record | None = None
    lost_reason: Record | None = None
    group: Record | None = None
    privacy_level: Record | None = None
    owner: Record | None = None
    accounts_receivable: Record | None = None
    contact: Record | None = None
    countries: dict[str, Record] = field(default_factory=dict)
    source: Record | None = None
    source_name: str | None = None
    assignee: Record | None = None
    unit: Record | None = None
    team: list[Record] = field(default_factory=list)
    competitors: list[Record] | None = None
    products: list[Product] | None = None
    services: list[Product] | None = None
    goods: list[Product] | None = None
    packages: list[Record] = field(default_factory=list)

    @property
    def names_contact(self) -> bool:
        """Whether the lead names an existing contact; otherwise it creates one."""
        return str(self.given["contact_information"]["action"]).upper() == "EXISTING"


def parameters(context: RequestContext) -> dict[str, Any]:
    """Return the parameters known to the release; others are ignored (crmcom-unknown-parameters)."""
    known = members(context.contract, "CreateLeadRequest")
    return {name: value for name, value in context.body.items() if name in known}


class LeadReader:
    """Makes the draft from a request that fits the contract, and adds violations of its references."""

    def __init__(self, context: RequestContext, violations: RuleViolations) -> None:
        self._context = context
        self._violations = violations
        self._given = parameters(context)

    async def read(self) -> LeadDraft:
        """Return the draft; it lacks the records for which there is a violation."""
        draft = LeadDraft(self._given)
        draft.type = await self._one(to.LEAD_TYPE, "type_identifier")
        draft.status = await self._of_type(to.LEAD_STATUS, "status", draft.type)
        draft.category = await self._of_type(to.LEAD_CATEGORY, "category", draft.type)
        draft.lost_reason = await self._one(to.LOST_REASON, "lost_reason_identifier")
        draft.group = await self._one(to.GROUP, "owned_by_group_identifier")
        draft.privacy_level = await self._one(to.PRIVACY_LEVEL, "privacy_level_identifier")
        draft.owner = await self._one(to.USER, "lead_owner")
        draft.accounts_receivable = await self._one(to.ACCOUNTS_RECEIVABLE, "accounts_receivable_identifier")
        await self._read_contact(draft)
        await self._read_source(draft)
        await self._read_assignment(draft)
        draft.team = await self._each(to.USER, "users_set", "user_identifier")
        await self._read_competitors(draft)
        await self._read_products(draft)
        await self._read_packages(draft)
        return draft

    async def _one(self, reference: RecordReference, parameter: str) -> Record | None:
        identifier = self._given.get(parameter)
        return None if identifier is None else await resolve(self._context, self._violations, reference, identifier)

    async def _each(self, reference: RecordReference, parameter: str, member: str) -> list[Record]:
        found = [
            await resolve(self._context, self._violations, reference, entry[member])
            for entry in self._given.get(parameter, ())
        ]
        return [record for record in found if record is not None]

    async def _of_type(self, reference: RecordReference, what: str, lead_type: Record | None) -> Record | None:
        """Return status or category of the lead: the named one, if the lead type allows it, else its default."""
        identifier = self._given.get(f"{what}_identifier")
        if identifier is None:
            return await self._default(reference, what, lead_type) if lead_type else None
        found = [each for each in await candidates(self._context, reference, identifier) if self._exists(each)]
        if not found:
            add_unknown(self._violations, reference)
            return None
        if lead_type is None:
            return found[0]
        allowed = lead_type.get(reference.kind.removeprefix("lead_"), ())
        of_type = next((record for record in found if record["id"] in allowed), None)
        if of_type is None:
            message = f"The lead type {lead_type['name']} does not allow this {what}."
            self._violations.add(f"lead_{what}_not_allowed", (f"{what}_identifier",), message)
        return of_type

    async def _default(self, reference: RecordReference, what: str, lead_type: Record) -> Record | None:
        record: Record | None = await self._context.records.get(reference.kind, lead_type.get(f"default_{what}"))
        if record is None:  # only in lead types supplied by the user
            add_unknown(self._violations, reference)
        return record

    def _exists(self, record: Record) -> bool:
        """Return whether the release knows the life cycle state of a status; categories have none."""
        state = record.get("life_cycle_state")
        return (
            state is None or state in members(self._context.contract, to.LEAD_STATUS.shown)["life_cycle_state"]["enum"]
        )

    async def _read_contact(self, draft: LeadDraft) -> None:
        contact = self._given["contact_information"]
        if draft.names_contact:
            identifier = contact["contact_information_identifier"]
            draft.contact = await resolve(self._context, self._violations, to.CONTACT, identifier)
            return
        for name, identifier in contact.get("demographics", {}).items():
            if name.endswith("_identifier") and name in members(self._context.contract, "DemographicsParameters"):
                country = await resolve(self._context, self._violations, to.COUNTRY, identifier)
                if country is not None:
                    draft.countries[name.removesuffix("_identifier")] = country

    async def _read_source(self, draft: LeadDraft) -> None:
        """Read the source; from R15.0.0 the lead type may supply its name or contact (position crmcom-type-sources)."""
        source, lead_type = self._given["source"], draft.type or {}
        release = self._context.settings.release
        supplied = lead_type if reached(self._context.contract, _TYPE_SUPPLIES_SOURCE, release) else {}
        if source["type"] not in SOURCES:
            draft.source_name = source.get("name", supplied.get("default_source_name"))
            return
        parameter, _, reference = SOURCES[source["type"]]
        if parameter in source:
            draft.source = await resolve(self._context, self._violations, reference, source[parameter])
        elif supplied.get("default_source_contact"):
            draft.source = await self._context.records.get(reference.kind, supplied["default_source_contact"])

    async def _read_assignment(self, draft: LeadDraft) -> None:
        """Read the assignment (positions crmcom-automatic-assignment, crmcom-assigned-unit)."""
        assigned = self._given.get("assigned_to")
        records = self._context.records
        if assigned is None:
            automatic = draft.type.get("automatically_assigned_to") if draft.type else None
            draft.assignee = await records.get(to.USER.kind, automatic) if automatic else None
        elif "user_identifier" in assigned:
            draft.assignee = await resolve(self._context, self._violations, to.USER, assigned["user_identifier"])
        if assigned is not None and "unit_identifier" in assigned:
            draft.unit = await resolve(self._context, self._violations, to.UNIT, assigned["unit_identifier"])
        elif draft.assignee is not None and draft.assignee.get("unit"):
            draft.unit = await records.get(to.UNIT.kind, draft.assignee["unit"])

    async def _read_competitors(self, draft: LeadDraft) -> None:
        if "competitors_set" not in self._given:
            return
        draft.competitors = await self._each(to.COMPETITOR, "competitors_set", "competitor_identifier")
        if draft.type is None:
            return
        allowed = draft.type.get("competitors", ())
        for record in draft.competitors:
            if record["id"] not in allowed:
                message = f"The lead type {draft.type['name']} does not allow this competitor."
                self._violations.add("competitor_not_allowed", ("competitors_set",), message)

    async def _read_products(self, draft: LeadDraft) -> None:
        """Read the sets of products; lead_products_set is another name of products_set (crmcom-undocumented-names)."""
        entries = list(self._given.get("products_set", ()))
        entries += [entry["lead_product_identifier"] for entry in self._given.get("lead_products_set", ())]
        if {"products_set", "lead_products_set"} & self._given.keys():
            draft.products = await self._products(entries, "LeadProductParameters")
        if "services_set" in self._given:
            draft.services = await self._products(self._given["services_set"], "LeadServiceParameters")
        if "physical_goods_set" in self._given:
            draft.goods = await self._products(self._given["physical_goods_set"], "LeadPhysicalGoodParameters")

    async def _products(self, entries: Iterable[Mapping[str, Any]], schema: str) -> list[Product]:
        found = []
        for entry in entries:
            parameter = next(name for name in members(self._context.contract, schema) if name in entry)
            shown_as = parameter.removesuffix("_identifier")
            record = await resolve(self._context, self._violations, PRODUCTS[shown_as], entry[parameter])
            if record is not None:
                found.append((shown_as, record))
        return found

    async def _read_packages(self, draft: LeadDraft) -> None:
        """Read the package from its three parameters (crmcom-subscription-packages, crmcom-undocumented-names)."""
        entries = [*self._given.get("subscription_packages", ())]
        if "subscription_package" in self._given:
            entries.append(self._given["subscription_package"])
        identifiers = [entry["subscription_package_identifier"] for entry in entries]
        if "subscription_package_identifier" in self._given:
            identifiers.append(self._given["subscription_package_identifier"])
        found = [await resolve(self._context, self._violations, to.PACKAGE, identifier) for identifier in identifiers]
        draft.packages = [record for record in found if record is not None]
