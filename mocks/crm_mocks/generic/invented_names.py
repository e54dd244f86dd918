"""Names of members that a schema does not describe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from random import Random
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED
from crm_mocks.generic.merged_schema import merged
from crm_mocks.generic.named_values import NamedValues
from crm_mocks.generic.scalar_values import text

_MAX_NAMES: Final = 12
"""Generated names to try."""


def invented_name(
    document: Mapping[str, Any], flat: Mapping[str, Any], made: Collection[str], number: int, random: Random
) -> str:
    """Return the name of a member that a schema does not describe.

    Args:
        document: the contract.
        flat: schema of the object.
        made: names of the members that the object has.
        number: of the name, from 1.
        random: source of all choices.
    """
    names = (flat.get(CARRIED) or {}).get("propertyNames")
    patterns = list(flat.get("patternProperties") or ())
    if not names and patterns and flat.get("additionalProperties") is False:
        begun = text({"pattern": patterns[0]}, random, NamedValues(random), "", "")
        return next((each for each in (begun, f"{begun}{number}") if each not in made), f"property{number}")
    if not names:
        return f"property{number}"
    allowed = merged(document, names)
    candidates = allowed.get("enum") or (
        text(allowed, random, NamedValues(random), "name", "") for _ in range(_MAX_NAMES)
    )
    return next((str(each) for each in candidates if each not in made), f"property{number}")
