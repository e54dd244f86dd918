"""Generated leads: French people who want a car, and their comments."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from crm_mocks.fixtures import Persona, moments
from crm_mocks.vendor import SeededValues, load_data
from crm_mocks.vendors.leadbank.dates import FORMS, written
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
    campaign = random.choice(_DATA["campaigns"])
    if random.random() < _NULL_SHARE:
        campaign = {"id": None, "name": None}
    person = Persona.make(random, LOCALE, now.date())
    created, qualified, appointment = _dates(random, now)
    return {
        "IDLeadBank": lead_id,
        "IDprovider": provider["id"],
        "NameProvider": provider["name"],
        "IDService": service["id"],
        "NameService": service["name"],
        "State": int(state),
        "IDCampaign": campaign["id"],
        "NameCampaign": campaign["name"],
        "BandDealerID": _or_null(random, f"FR{person.postal_code}"),
        "ExternalLeadID": _or_null(random, f"{provider['prefix']}-{random.randrange(100_000, 1_000_000)}"),
        "QualificationDate": qualified,
        "CreateDate": created,
        "Contents": _contents(random, person, service["contents"], appointment),
    }


def _or_null(random: Random, value: str) -> str | None:
    return None if random.random() < _NULL_SHARE else value


def _dates(random: Random, now: datetime) -> tuple[str, str, str]:
    """Return when the lead was created and qualified, in the same format, and the day of an appointment."""
    created = moments(random, now - timedelta(hours=2), 1)[0]
    qualified = created + timedelta(seconds=random.randint(60, 7000))
    form = random.choice(FORMS)
    appointment = (now + timedelta(days=random.randint(2, 20))).date().isoformat()
    return written(created, form, random), written(qualified, form, random), appointment


def _contents(random: Random, person: Persona, keys: list[str], appointment: str) -> list[dict[str, Any]]:
    brand = random.choice(list(_DATA["models"]))
    values = {
        "Civility": "2" if person.gender == "female" else "1",
        "FirstName": person.given_name,
        "LastName": person.family_name,
        "Email": person.email,
        "Phone": person.phone,
        "Address": person.address,
        "ZipCode": person.postal_code,
        "City": person.city,
        "Brand": brand,
        "Model": random.choice(_DATA["models"][brand]),
        "Mileage": str(random.randrange(500, 180_000)),
        "AppointmentDate": appointment,
        "Comment": random.choice(_DATA["comments"]),
    }
    return [
        {"ID": number, "Key": key, "Value": values[key], "Type": _DATA["types"][key]}
        for number, key in enumerate([*_DATA["person"], *keys], start=1)
    ]
