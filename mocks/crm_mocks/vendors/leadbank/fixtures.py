"""Generated leads: French people who want a car, and their comments."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from crm_mocks.fixtures import Persona, moments
from crm_mocks.vendor import SeededValues, load_data
from crm_mocks.vendors.leadbank.dates import FORMS, in_zone_of, written
from crm_mocks.vendors.leadbank.lead_states import LeadState

LOCALE: Final = "fr_FR"
_DATA: Final[dict[str, Any]] = load_data(__file__, "fixtures.yaml")
_NULL_SHARE: Final = 0.2
"""Share of nulls among nullable members (position `leadbank-null-strings`)."""


def make_lead(seeded: SeededValues, lead_id: int, now: datetime, state: LeadState) -> dict[str, Any]:
    """Make a lead.

    Args:
        seeded: source of its values.
        lead_id: its IDLeadBank; the same one makes the same lead, dates apart.
        now: the session's time; the lead was created and qualified before.
        state: its state.
    """
    random = seeded.random("lead", lead_id)
    provider, service = random.choice(_DATA["providers"]), random.choice(_DATA["services"])
    person = Persona.make(random, LOCALE, now.date())
    created, qualified = _moments(random, now)
    form = random.choice(FORMS)
    brand, model = _vehicle(random)
    campaign_id, campaign_name = _campaign(random, in_zone_of(created, form), model)
    appointment = (now + timedelta(days=random.randint(2, 20))).date().isoformat()
    return {
        "IDLeadBank": lead_id,
        "IDprovider": provider["id"],
        "NameProvider": provider["name"],
        "IDService": service["id"],
        "NameService": service["name"],
        "State": int(state),
        "IDCampaign": campaign_id,
        "NameCampaign": campaign_name,
        "BandDealerID": _or_null(random, f"FR{person.postal_code}"),
        "ExternalLeadID": _or_null(random, f"{provider['prefix']}-{random.randrange(100_000, 1_000_000)}"),
        "QualificationDate": written(qualified, form, random),
        "CreateDate": written(created, form, random),
        "Contents": _contents(random, person, service, (brand, model), appointment),
    }


def _or_null(random: Random, value: str) -> str | None:
    return None if random.random() < _NULL_SHARE else value


def _moments(random: Random, now: datetime) -> tuple[datetime, datetime]:
    """Return when the lead was created and qualified."""
    created = moments(random, now - timedelta(hours=2), 1)[0]
    return created, created + timedelta(seconds=random.randint(60, 7000))


def _vehicle(random: Random) -> tuple[str, str]:
    """Return a brand and one of its models."""
    brand = random.choice(list(_DATA["models"]))
    return brand, random.choice(_DATA["models"][brand])


def _campaign(random: Random, created: datetime, model: str) -> tuple[str | None, str | None]:
    """Return id and name of a campaign that ran when the lead was created and fits its model, or of none.

    The month is that of CreateDate as it is written, so that the two agree for a reader without time zones.
    """
    fitting = [
        each
        for each in _DATA["campaigns"]
        if created.month in each.get("months", (created.month,)) and model in each.get("models", (model,))
    ]
    campaign = random.choice(fitting)
    if random.random() < _NULL_SHARE:
        return None, None
    month_name = _DATA["months"][created.month - 1]
    values = {"year": created.year, "month": f"{created.month:02}", "month_name": month_name}
    return campaign["id"].format(**values), campaign["name"].format(**values)


def _contents(
    random: Random, person: Persona, service: dict[str, Any], vehicle: tuple[str, str], appointment: str
) -> list[dict[str, Any]]:
    brand, model = vehicle
    mileage = random.randrange(500, 180_000)
    values = {
        "Civility": "2" if person.gender == "female" else "1",
        "FirstName": person.given_name,
        "LastName": person.family_name,
        "Email": person.email,
        "Phone": _DATA["mobile"].format(number=random.randrange(10_000)),
        "Address": person.address,
        "ZipCode": person.postal_code,
        "City": person.city,
        "Brand": brand,
        "Model": model,
        "Mileage": str(mileage),
        "AppointmentDate": appointment,
        "Comment": _comment(random, service["name"], f"{brand} {model}", mileage),
    }
    return [
        {"ID": number, "Key": key, "Value": values[key], "Type": _DATA["types"][key]}
        for number, key in enumerate([*_DATA["person"], *service["contents"]], start=1)
    ]


def _comment(random: Random, service: str, vehicle: str, mileage: int) -> str:
    """Return a comment on a service; empty if the service has none."""
    if service not in _DATA["comments"]:
        return ""
    opening, body, closing = (
        random.choice(each) for each in (_DATA["openings"], _DATA["comments"][service], _DATA["closings"])
    )
    moment, months = random.choice(_DATA["moments"]), random.choice(_DATA["financing_months"])
    text: str = body.format(vehicle=vehicle, mileage=mileage, moment=moment, months=months)
    return f"{opening}{text}{closing}"
