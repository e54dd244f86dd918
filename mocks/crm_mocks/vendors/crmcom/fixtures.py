"""Generated responses for `Prefer: dynamic=true`: leads of people in Cyprus and Greece, and fresh tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

from crm_mocks.vendor import Contract, Outcome, RequestContext, SeededValues
from crm_mocks.vendors.crmcom import credentials, periods
from crm_mocks.vendors.crmcom.catalogue import catalogue
from crm_mocks.vendors.crmcom.lead import FIELDS, FIRST_NUMBER
from crm_mocks.vendors.crmcom.schemas import members

_LOCALES: Final = ("el_CY@latin", "el_CY@latin", "en_CY", "el_GR@latin")
_WHOLE: Final = "created"
"""The outcome whose example has all members of a lead."""


def generated(context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
    """Return a generated body for an outcome; refusals stay as documented: nothing in them varies."""
    body = outcome.value[outcome.media_type]
    data = body["data"]
    if "token" in data:
        return {**body, "data": {"token": _token(context, seeded, ordinal)}}
    if not data:
        return body
    assert context.operation is not None  # preferences need an operation
    whole = context.operation.outcomes[_WHOLE].value[outcome.media_type]["data"]
    lead = {**whole, **_lead(context, whole, seeded, ordinal)}
    known = members(context.contract, "Lead")
    wanted = data if len(data) < len(whole) - 1 and _selects_members(context) else known
    return {**body, "data": {name: value for name, value in lead.items() if name in known and name in wanted}}


def of_all_fields(context: RequestContext, outcome: Outcome, body: Any) -> Any:
    """Return the body of a forced success with all members of a lead if the request does not select any."""
    outcomes: Mapping[str, Outcome] = {} if context.operation is None else context.operation.outcomes
    if outcome.is_refusal or _WHOLE not in outcomes or _selects_members(context):
        return body
    return {**body, "data": {**outcomes[_WHOLE].value[outcome.media_type]["data"], **body["data"]}}


def _selects_members(context: RequestContext) -> bool:
    """Return whether a request has `fields_set`; without it, the document says, all members are returned."""
    return isinstance(context.body, dict) and bool(context.body.get(FIELDS))


def _token(context: RequestContext, seeded: SeededValues, ordinal: int) -> str:
    token_id = seeded.hex("dynamic token", ordinal).upper()
    if not credentials.has_jwt(context):
        return token_id
    return credentials.jwt(token_id, ("demo", "demo", "1"), int(context.session.clock.timestamp()))


def _lead(context: RequestContext, whole: dict[str, Any], seeded: SeededValues, ordinal: int) -> dict[str, Any]:
    """Return the members that differ from lead to lead, consistent with one another."""
    random = seeded.random("dynamic lead", ordinal)
    return {
        "id": seeded.hex("dynamic lead", ordinal).upper(),
        "number": str(FIRST_NUMBER + ordinal - 1),
        "services_set": [],
        "physical_goods_set": [],
        "subscription_packages": [],
        "udf_date_1": None,
        "udf_float_1": round(random.uniform(0, 100), 2),
        "udf_string_1": random.choice(("web form", "call centre", "shop", None)),
        "lost_reason": None,
        "importance": random.choice(members(context.contract, "Lead")["importance"]["enum"]),
        "priority": random.choice(members(context.contract, "Lead")["priority"]["enum"]),
        "probability_to_win": random.randint(0, 100),
        "target_amount": random.randint(100, 500_000) / 100,
        **_kind_of_lead(context.contract, random),
        **_person(context, whole["contact_information"], random),
        **_dates(context, whole["log_information"], random),
    }


def _kind_of_lead(contract: Contract, random: Random) -> dict[str, Any]:
    """Return consistent type, status and category; new leads are neither won nor lost."""
    lead_type = random.choice(catalogue()["lead_types"])
    open_ = [
        each
        for each in catalogue()["lead_statuses"]
        if each["id"] in lead_type["statuses"] and each["life_cycle_state"] in ("PENDING", "IN_PROGRESS")
    ]
    status = random.choice(open_)
    category = next(each for each in catalogue()["lead_categories"] if each["id"] == lead_type["default_category"])
    chosen = {"type": ("LeadType", lead_type), "status": ("LeadStatus", status), "category": ("LeadCategory", category)}
    return {"life_cycle_state": status["life_cycle_state"]} | {
        name: {member: record.get(member) for member in members(contract, schema)}
        for name, (schema, record) in chosen.items()
    }


def _person(context: RequestContext, contact: dict[str, Any], random: Random) -> dict[str, Any]:
    from crm_mocks.fixtures import Persona  # imports Faker, which is slow

    someone = Persona.make(random, random.choice(_LOCALES), context.now().date())
    born = someone.date_of_birth
    country = next(each for each in catalogue()["countries"] if each.get("two_character_code") == someone.country_code)
    demographics = {
        **contact["demographics"],
        "gender": someone.gender.upper(),
        "id_number": str(random.randint(100_000, 1_999_999)),
        "date_of_birth": {"day": born.day, "month": born.month, "year": born.year},
        "country_of_residence": {member: country.get(member) for member in members(context.contract, "Country")},
    }
    return {
        "contact_email": someone.email,
        "contact_phone": someone.phone.removeprefix("+"),
        "contact_information": {
            **contact,
            "id": f"{random.getrandbits(128):032X}",
            "name": someone.full_name,
            "first_name": someone.given_name,
            "last_name": someone.family_name,
            "demographics": demographics,
        },
    }


def _dates(context: RequestContext, log: dict[str, Any], random: Random) -> dict[str, Any]:
    """Return dates in order: the lead starts, is entered, and is expected to be completed."""
    from crm_mocks.fixtures import moments

    started, created = (each.replace(tzinfo=None) for each in moments(random, context.now(), 2))
    length = timedelta(weeks=random.randint(1, 12))
    return {
        "start_date": started.isoformat(),
        "expected_completion_date": (started + length).isoformat(),
        "estimated_completion_time": periods.in_largest_unit(length),
        "time_to_completion": periods.in_largest_unit(length),
        "time_overdue": periods.overdue(started + length, created),
        "log_information": {**log, "created_date": created.isoformat(), "updated_date": created.isoformat()},
    }
