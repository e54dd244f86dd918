"""Generated vehicles of a lead: the wanted one, and the one given in exchange."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from crm_mocks.fixtures import vehicle
from crm_mocks.vendors.activix.schemas import LeadSchemas

_COLOURS: Final = ("Black", "White", "Grey", "Blue", "Red")
_AT_ONCE: Final = "one_payment"
_INSTALMENTS: Final = ("monthly", "two_weeks", "weekly")
_YEARS: Final = (2010, 2039)
"""Range in which a VIN determines the model year."""


def wanted_vehicle(schemas: LeadSchemas, random: Random, year: int, *, is_new: bool, **known: Any) -> dict[str, Any]:
    """Return a vehicle that the lead wants to buy.

    Args:
        schemas: the contract's attributes.
        random: source of all choices.
        year: of the session's clock.
        is_new: a vehicle of this year, without identification number.
        known: given attributes.
    """
    price = random.randint(18, 62) * 1000 - 5
    made = _car(schemas, random, year) | {
        "type": "wanted",
        "budget_min": price - 3000,
        "budget_max": price + 2000,
        "price": price,
        "cash_down": random.randrange(0, 6000, 500),
        "preparation": 1795,
        "related_id": random.randint(10_000, 99_999),
        "stock": f"S{random.randint(1, 99_999):05}",
        "stock_state": schemas.draw(random, "Vehicle", "stock_state"),
        **_payment(schemas, random),
    }
    if is_new:
        made |= {"year": str(year), "vin": None}
    made["year_min"], made["year_max"] = int(made["year"]) - 1, int(made["year"]) + 1
    return schemas.blank("Vehicle", **(made | known), recorded_date=known["created_at"])


def _payment(schemas: LeadSchemas, random: Random) -> dict[str, Any]:
    """Return how a vehicle is paid: at once in cash, else in instalments at a rate."""
    modality = schemas.draw(random, "Vehicle", "modality")
    if modality == "cash":
        return {"modality": modality, "payment_frequency": _AT_ONCE, "rate": None, "term": None}
    return {
        "modality": modality,
        "payment_frequency": random.choice(_INSTALMENTS),
        "rate": random.randint(0, 799) / 100,
        "term": str(random.choice((36, 48, 60, 72))),
    }


def exchanged_vehicle(schemas: LeadSchemas, random: Random, year: int, **known: Any) -> dict[str, Any]:
    """Return a vehicle that the lead owns; arguments as for `wanted_vehicle`."""
    value = random.randint(4, 24) * 500
    made = _car(schemas, random, year) | {
        "type": "exchange",
        "balance": random.choice((0, value // 2)),
        "condition": schemas.draw(random, "Vehicle", "condition"),
        "odometer": str(random.randint(20, 220) * 1000),
        "value": value,
    }
    return schemas.blank("Vehicle", **(made | known), recorded_date=known["created_at"])


def _car(schemas: LeadSchemas, random: Random, year: int) -> dict[str, Any]:
    car = vehicle(random, min(max(year, _YEARS[0]), _YEARS[1]))
    return {
        "make": car.make,
        "model": car.model,
        "year": str(car.year),
        "vin": car.vin,
        "category": "automotive",
        "color_exterior": random.choice(_COLOURS),
        "color_interior": random.choice(_COLOURS),
        "fuel": schemas.draw(random, "Vehicle", "fuel"),
        "transmission": schemas.draw(random, "Vehicle", "transmission"),
    }
