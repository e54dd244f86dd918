"""CRM.COM's rules about a lead as a whole: conditions, ownership, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.crmcom import periods
from crm_mocks.vendors.crmcom.draft import SOURCES, LeadDraft
from crm_mocks.vendors.crmcom.errors import RuleViolations
from crm_mocks.vendors.crmcom.references import ACCOUNTS_RECEIVABLE

_ANY_DATE: Final = {"year": 2000, "month": 1, "day": 1}
"""Substitutes for missing parts of a date; the year is a leap year."""


@dataclass(frozen=True)
class LeadDates:
    """Start, expected completion and creation of a lead, all without zone."""

    start: datetime
    expected: datetime
    created: datetime


async def check(context: RequestContext, draft: LeadDraft, violations: RuleViolations) -> None:
    """Add the rules that a draft violates."""
    _check_communications(draft, violations)
    _check_source(draft, violations)
    _check_assignment(draft, violations)
    _check_lost_reason(draft, violations)
    if not draft.names_contact:
        _check_dates(draft.given["contact_information"].get("demographics", {}), violations)
    await _check_accounts_receivable(context, draft, violations)


def _check_communications(draft: LeadDraft, violations: RuleViolations) -> None:
    """Check what the lead type's communication settings require (position crmcom-lead-type-communications)."""
    if draft.type is None:
        return
    for setting, parameter, what in (
        ("sends_email_on_creation", "contact_email", "an e-mail"),
        ("sends_phone_message_on_creation", "contact_phone", "a phone message"),
    ):
        if draft.type.get(setting) and parameter not in draft.given:
            message = f"{parameter} is mandatory: the lead type {draft.type['name']} sends {what} on creation."
            violations.add(f"{parameter}_required", (parameter,), message)


def _check_source(draft: LeadDraft, violations: RuleViolations) -> None:
    """Check what neither the request nor the lead type supplies (position crmcom-type-sources)."""
    source = draft.given["source"]
    if draft.type is None:
        return
    if source["type"] not in SOURCES:
        if draft.source_name is None:
            message = f"A source of the type {source['type']} must have a name."
            violations.add("source_name_missing", ("source", "name"), message)
        return
    parameter, _, _ = SOURCES[source["type"]]
    if parameter not in source and draft.source is None:
        message = f"A source of the type {source['type']} must have a {parameter}."
        violations.add(f"source_{source['type'].lower()}_missing", ("source", parameter), message)


def _check_assignment(draft: LeadDraft, violations: RuleViolations) -> None:
    """Check that the lead is assigned, by the request or automatically (position crmcom-automatic-assignment)."""
    if draft.type is not None and draft.assignee is None and "assigned_to" not in draft.given:
        message = f"assigned_to is mandatory: no automatic rule assigns leads of the type {draft.type['name']}."
        violations.add("assigned_to_missing", ("assigned_to",), message)


def _check_lost_reason(draft: LeadDraft, violations: RuleViolations) -> None:
    """Check that there is a lost reason if, and only if, it is required (position crmcom-lost-reason)."""
    if draft.status is None:
        return
    lost = draft.status.get("life_cycle_state") == "LOST"
    given = "lost_reason_identifier" in draft.given
    if lost and not given:
        message = "lost_reason_identifier is mandatory: the status is classified as lost."
        violations.add("lost_reason_missing", ("lost_reason_identifier",), message)
    if given and not lost:
        message = "lost_reason_identifier applies only to a status classified as lost."
        violations.add("lost_reason_not_applicable", ("lost_reason_identifier",), message)


def _check_dates(demographics: Mapping[str, Any], violations: RuleViolations) -> None:
    """Check that dates of a new contact exist; a missing year may be a leap year."""
    for name in ("date_of_birth", "name_day"):
        parts = {part: demographics.get(name, {}).get(part, unknown) for part, unknown in _ANY_DATE.items()}
        try:
            date(**parts)
        except (ValueError, OverflowError):
            message = "date_of_birth and name_day must be days of the calendar."
            violations.add("contact_date_invalid", ("contact_information", "demographics", name), message)


async def _check_accounts_receivable(context: RequestContext, draft: LeadDraft, violations: RuleViolations) -> None:
    """Check that a customer's lead names an accounts receivable that the customer owns."""
    contact, account = draft.contact, draft.accounts_receivable
    if draft.names_contact and contact is None:
        return
    if account is not None and (contact is None or account.get("contact") != contact["id"]):
        message = "The accounts receivable is not owned by the contact of the lead."
        violations.add("accounts_receivable_not_owned", ("accounts_receivable_identifier",), message)
    if contact is None or "accounts_receivable_identifier" in draft.given:
        return
    if await context.records.find(ACCOUNTS_RECEIVABLE.kind, "contact", contact["id"]):
        message = "accounts_receivable_identifier is mandatory: the contact is already a customer."
        violations.add("accounts_receivable_missing", ("accounts_receivable_identifier",), message)


def lead_dates(context: RequestContext, given: Mapping[str, Any], violations: RuleViolations) -> LeadDates:
    """Return the lead's dates, computing those that are missing."""
    created = context.now().replace(tzinfo=None, microsecond=0)
    start = periods.parse(given["start_date"]) if "start_date" in given else created
    if "expected_completion_date" in given:
        return LeadDates(start, periods.parse(given["expected_completion_date"]), created)
    try:
        return LeadDates(start, periods.after(start, given["estimated_completion_time"]), created)
    except OverflowError:
        place = ("estimated_completion_time", "time_period_value")
        message = "The completion date computed from estimated_completion_time is not a date in the years 1 to 9999."
        violations.add("time_period_out_of_range", place, message)
        return LeadDates(start, start, created)
