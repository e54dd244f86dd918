"""Records that sessions start with, and generated identifiers and bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract import Contract, Outcome
from crm_mocks.contract.source import load_yaml
from crm_mocks.fixtures import Persona
from crm_mocks.mock_response import JSON
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendors.config_api.errors import trace_id

CATALOGUE: Final[Mapping[str, list[dict[str, Any]]]] = load_yaml(
    Path(__file__).with_name("catalogue.yaml").read_bytes()
)
"""The records of a new session by kind; sessions share them, so nobody changes one."""

_LOCALE: Final = "de_DE"
_FIRST_CUSTOMER: Final = 9876500001


def credentials() -> dict[str, str]:
    """Return the demo keys: the one for everything under the header's name, the others by what they permit."""
    everything, read_only, write_only = (each["key"] for each in CATALOGUE["api_keys"])
    return {"x-api-key": everything, "read_only_key": read_only, "write_only_key": write_only}


def customer(seeded: SeededValues, ordinal: int) -> dict[str, Any]:
    """Return a made-up German customer, the `ordinal`-th beside those of the catalogue."""
    persona = Persona.make(seeded.random("customer", ordinal), _LOCALE)
    user, _, domain = persona.email.partition("@")
    return {
        "customerId": _FIRST_CUSTOMER + ordinal,
        "customerNumber": f"1-{1001 + ordinal}",
        "firstname": persona.given_name,
        "lastname": persona.family_name,
        "email": f"{user}.{ordinal}@{domain}",  # customers are told apart by their address
    }


def identifiers(created: Outcome, seeded: SeededValues, ordinal: int) -> dict[str, Any]:
    """Return the identifiers of the `ordinal`-th lead: numbers count on from those of the contract's example."""
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
        example: the outcome's example body, after which it is made.
        outcome: which answer of the contract.
        seeded: where generated values come from.
        ordinal: which of the generated values.
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
    """Return the lead config of some other studio: other modes, and some of the additional fields."""
    random = seeded.random("lead config", ordinal)
    config = {name: random.choice(modes) if name.endswith("Mode") else value for name, value in example.items()}
    fields = example["additionalInformation"]
    some = sorted(random.sample(range(len(fields)), random.randint(1, len(fields))))
    config["additionalInformation"] = [{**fields[number], "mode": random.choice(modes)} for number in some]
    return config
