"""Records that sessions start with, generated customers, identifiers and bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_mocks.fixtures import Persona
from crm_mocks.vendor import JSON, Contract, Outcome, SeededValues, load_data
from crm_mocks.vendors.config_api.errors import trace_id

CATALOGUE: Final[Mapping[str, list[dict[str, Any]]]] = load_data(__file__, "catalogue.yaml")
"""The records of a new session by kind."""

_LOCALE: Final = "de_DE"
_FIRST_CUSTOMER: Final = 9876500001


def customer(seeded: SeededValues, ordinal: int) -> dict[str, Any]:
    """Return the `ordinal`-th generated German customer in addition to the catalogue's."""
    persona = Persona.make(seeded.random("customer", ordinal), _LOCALE)
    user, _, domain = persona.email.partition("@")
    return {
        "customerId": _FIRST_CUSTOMER + ordinal,
        "customerNumber": f"1-{1001 + ordinal}",
        "firstname": persona.given_name,
        "lastname": persona.family_name,
        "email": f"{user}.{ordinal}@{domain}",  # customers are identified by their address
    }


def identifiers(created: Outcome, seeded: SeededValues, ordinal: int) -> dict[str, Any]:
    """Return the identifiers of the `ordinal`-th lead, numbered from those of the contract's example."""
    first = created.value[JSON]
    studio, _, number = first["customerNumber"].partition("-")
    return {
        "id": first["id"] + ordinal - 1,
        "customerId": first["customerId"] + ordinal - 1,
        "uuid": seeded.uuid("lead", ordinal),
        "customerNumber": f"{studio}-{int(number) + ordinal - 1}",
    }


def fabricate(contract: Contract, example: Any, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
    """Return a generated body for an outcome.

    Args:
        contract: the contract in force.
        example: the outcome's example body.
        outcome: the outcome.
        seeded: source of the generated values.
        ordinal: number of the generated values, from 1.
    """
    if "traceId" in example:
        return {**example, "traceId": trace_id(seeded, ordinal)}
    if "customerNumber" in example:
        return identifiers(outcome, seeded, seeded.integer("fabricated lead", ordinal, 1, 999_999))
    if "addressMode" in example:
        modes = contract.document["components"]["schemas"]["FieldMode"]["enum"]
        return _lead_config(modes, example, seeded, ordinal)
    return example


def _lead_config(
    modes: Sequence[str], example: Mapping[str, Any], seeded: SeededValues, ordinal: int
) -> dict[str, Any]:
    """Return the lead config of another studio: other modes, and some of the additional fields."""
    random = seeded.random("lead config", ordinal)
    config = {name: random.choice(modes) if name.endswith("Mode") else value for name, value in example.items()}
    fields = example["additionalInformation"]
    some = sorted(random.sample(range(len(fields)), random.randint(1, len(fields))))
    config["additionalInformation"] = [{**fields[number], "mode": random.choice(modes)} for number in some]
    return config
