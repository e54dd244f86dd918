"""Leads by Faker: French people who want a car, and what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from crm_mocks.contract.source import load_yaml
from crm_mocks.fixtures import Persona, moments
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendors.leadbank.cycle import State
from crm_mocks.vendors.leadbank.dates import FORMS, written

LOCALE: Final = "fr_FR"
_NULL_SHARE: Final = 0.2
"""How often a member that may be null is (position `leadbank-null-strings`)."""


def make_lead(seeded: SeededValues, lead_id: int, now: datetime, state: State) -> dict[str, Any]:
    """Make a lead.

    Args:
        seeded: where its values come from.
        lead_id: its IDLeadBank; the same one gives the same lead, dates apart.
        now: the session's time, before which the lead was created and qualified.
        state: where it is in its cycle.
    """
    random = seeded.random("lead", lead_id)
    data = _data()
    provider, service = random.choice(data["providers"]), random.choice(data["services"])
    campaign = random.choice(data["campaigns"])
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


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(Path(__file__).with_name("catalogue.yaml").read_bytes())
    return data


def _or_null(random: Random, value: str) -> str | None:
    return None if random.random() < _NULL_SHARE else value


def _dates(random: Random, now: datetime) -> tuple[str, str, str]:
    """Return when the lead was created and qualified, both with the same end, and the day of an appointment."""
    created = moments(random, now - timedelta(hours=2), 1)[0]
    qualified = created + timedelta(seconds=random.randint(60, 7000))
    form = random.choice(FORMS)
    appointment = (now + timedelta(days=random.randint(2, 20))).date().isoformat()
    return written(created, form, random), written(qualified, form, random), appointment


def _contents(random: Random, person: Persona, keys: list[str], appointment: str) -> list[dict[str, Any]]:
    data = _data()
    brand = random.choice(list(data["models"]))
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
        "Model": random.choice(data["models"][brand]),
        "Mileage": str(random.randrange(500, 180_000)),
        "AppointmentDate": appointment,
        "Comment": random.choice(data["comments"]),
    }
    return [
        {"ID": number, "Key": key, "Value": values[key], "Type": data["types"][key]}
        for number, key in enumerate([*data["person"], *keys], start=1)
    ]
