"""Generated leads: people of French and English Canada with vehicles, as Activix would push them.

Every key is there, blank ones null (position `activix-blank-fields`). A lead is consistent: names, e-mail address and
gender; postal code, telephone and province; the order of dates; the ids of linked objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from crm_mocks.fixtures import Persona, company, moments
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendors.activix.schemas import LeadSchemas
from crm_mocks.vendors.activix.vehicle_fixtures import exchanged_vehicle, wanted_vehicle

_LOCALES: Final = ("fr_CA", "en_CA")
_FIRST_LEAD: Final = 3_400_000
_FIRST_USER: Final = 51_000
_USERS_OF_AN_ACCOUNT: Final = 6
_ROLES: Final = ("advisor", "bdc", "commercial", "service_advisor", "service_agent")
_STAGES: Final = (
    ("call_date",),
    ("appointment_date", "available_date"),
    ("presented_date", "last_presented_date"),
    ("road_test_date", "be_back_date"),
    ("take_over_date",),
    ("sale_date", "delivery_date"),
    ("delivered_date",),
)
"""Stages of a sale, in order; the reached one is drawn."""

_BEFORE_THE_SALE: Final = 5
"""Number of stages that a lead can reach that is lost, invalid or a duplicate."""


class LeadMaker:
    """Makes the leads of a session, always the same one for a number."""

    def __init__(self, schemas: Mapping[str, Any], seeded: SeededValues, accounts: Sequence[int]) -> None:
        """Keep what leads are made from.

        Args:
            schemas: the contract's component schemas, for attributes and possible values.
            seeded: source of generated values.
            accounts: ids of the leads' accounts.
        """
        self._schemas = LeadSchemas(schemas)
        self._seeded = seeded
        self._accounts = tuple(accounts)

    def make(self, number: int, now: datetime) -> dict[str, Any]:
        """Return a lead.

        Args:
            number: from 1.
            now: the session's time; no date in the lead is later.
        """
        random = self._seeded.random("lead", number)
        person = Persona.make(random, random.choice(_LOCALES), now.date())
        division = self._schemas.draw(random, "Lead", "division")
        origin = self._origin(random)
        reachable = len(_STAGES) if origin["status"] is None else _BEFORE_THE_SALE
        progress = () if division == "service" else _STAGES[: random.randint(0, reachable)]
        created, *happened, updated = moments(random, now, len(progress) + 2)
        lead = self._schemas.blank("Lead", id=_FIRST_LEAD + number, **_stamps(created, updated))
        lead |= _identity(person) | origin | self._second_contact(random, person)
        lead |= {name: at.isoformat() for names, at in zip(progress, happened, strict=True) for name in names}
        lead |= self._dealer(random, now)
        lead["division"] = division
        lead["rating"] = random.randint(1, 5)
        lead["reached_client"] = bool(progress)
        if division == "service":
            lead |= self._service(random, number, updated)
        return lead | self._linked(random, lead, person, now)

    def _origin(self, random: Random) -> dict[str, Any]:
        status = self._schemas.draw(random, "Lead", "status") if random.random() < 0.2 else None  # null means active
        return {
            "type": self._schemas.draw(random, "Lead", "type"),
            "created_method": self._schemas.draw(random, "Lead", "created_method"),
            "segment": self._schemas.draw(random, "Lead", "segment"),
            "source": random.choice(("Lespacs", "Website", "Referral", "Showroom")),
            "status": status,
            "business": False,
            "loyalty": random.random() < 0.3,
        }

    def _second_contact(self, random: Random, person: Persona) -> dict[str, Any]:
        if random.random() < 0.5:
            return {}
        if random.random() < 0.5:
            return {"second_contact": company(random, person.locale), "business": True}
        other = Persona.make(random, person.locale)
        return {"second_contact": other.full_name, "second_contact_civility": _civility(other)}

    def _dealer(self, random: Random, now: datetime) -> dict[str, Any]:
        account = random.choice(self._accounts)
        opened = datetime(now.year - 3, 1, 15, 14, tzinfo=UTC)
        users = [self._user(account, place, opened) for place in range(_USERS_OF_AN_ACCOUNT)]
        name = company(self._seeded.random("account", account), "fr_CA")
        linked = self._schemas.blank("Account", id=account, name=name, **_stamps(opened, opened))
        return {"account_id": account, "account": linked} | dict(zip(_ROLES, random.sample(users, 5), strict=True))

    def _user(self, account: int, place: int, since: datetime) -> dict[str, Any]:
        number = _FIRST_USER + account * _USERS_OF_AN_ACCOUNT + place
        person = Persona.make(self._seeded.random("user", number), "fr_CA")
        named = {"email": person.email, "first_name": person.given_name, "last_name": person.family_name}
        return self._schemas.blank("User", id=number, **named, **_stamps(since, since))

    def _service(self, random: Random, number: int, at: datetime) -> dict[str, Any]:
        return {
            "average_spending": random.randint(80, 900),
            "odometer_last_visit": random.randint(5, 180) * 1000,
            "open_work_order_date": at.isoformat(),
            "prepaid": random.random() < 0.2,
            "repair_order": f"RO-{number:05}",
            "service_cleaning_car": random.random() < 0.5,
            "service_interval_km": self._schemas.draw(random, "Lead", "service_interval_km"),
            "invoiced": False,
            "work_order": f"WO-{number:05}",
        }

    def _linked(self, random: Random, lead: dict[str, Any], person: Persona, now: datetime) -> dict[str, Any]:
        common = {"lead_id": lead["id"], "created_at": lead["created_at"], "updated_at": lead["created_at"]}
        first = lead["id"] * 2
        email = self._schemas.blank("Email", id=first, address=person.email, type="home", valid=True, **common)
        phone = self._schemas.blank("Phone", id=first, number=person.phone, type="mobile", valid=True, **common)
        vehicles = []
        if lead["division"] != "service":
            is_new = lead["division"] == "new"
            wanted = wanted_vehicle(self._schemas, random, now.year, is_new=is_new, id=first, **common)
            vehicles.append(wanted | _sale(lead))
        if not vehicles or random.random() < 0.5:
            owned = exchanged_vehicle(self._schemas, random, now.year, id=first + 1, **common)
            vehicles.append(owned | {"verified_by": lead["advisor"]})
        return {"emails": [email], "phones": [phone], "vehicles": vehicles}


def _sale(lead: dict[str, Any]) -> dict[str, Any]:
    """Return what the wanted vehicle has of the lead's sale."""
    if lead["sale_date"] is None:
        return {"sold": False}
    seller = lead["advisor"]
    return {
        "sold": True,
        "sold_by": f"{seller['first_name']} {seller['last_name']}",
        "sold_date": lead["sale_date"],
        "purchase_date": lead["sale_date"],
    }


def _stamps(created: datetime, updated: datetime) -> dict[str, str]:
    return {"created_at": created.isoformat(), "updated_at": updated.isoformat()}


def _civility(person: Persona) -> str:
    return "ms" if person.gender == "female" else "mr"


def _identity(person: Persona) -> dict[str, Any]:
    female = person.gender == "female"
    return {
        "first_name": person.given_name,
        "last_name": person.family_name,
        "civility": _civility(person),
        "gender": 2 if female else 1,
        "sex": "F" if female else "M",
        "birth_date": person.date_of_birth.isoformat(),
        "locale": person.language_code,
        "address_line1": person.address,
        "city": person.city,
        "province": person.province_code,
        "country": person.country_code,
        "postal_code": person.postal_code.replace(" ", ""),
    }
