"""The lead config: which members a lead of the studio must and may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any, Final

from crm_mocks.contract import ContractFile
from crm_mocks.contract.schema import is_date
from crm_mocks.schema_errors import schema_violations
from crm_mocks.vendor import JSON, Contract, Location, RequestContext

_OPERATION, _OUTCOME = "getLeadConfig", "lead_config"
_MAX_CONTRACTS: Final = 8
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")

MODES: Final[Mapping[str, tuple[str, Location]]] = {
    "addressMode": ("mandatory_address_missing", ("address",)),
    "dateOfBirthMode": ("mandatory_date_of_birth_missing", ("leadCustomer", "dateOfBirth")),
    "genderMode": ("mandatory_gender_missing", ("leadCustomer", "gender")),
    "telephoneMode": ("mandatory_telephone_missing", ("leadCustomer", "telephone")),
}
"""Outcome and member by mode of the lead config."""

IsValid = Callable[[Any], Any]

_CHECKS: Final[Mapping[str, Callable[[Mapping[str, Any]], IsValid]]] = {
    "NUMERIC": lambda _: _INTEGER.fullmatch,
    "DATE": lambda _: is_date,
    "BOOLEAN": lambda _: ("true", "false").__contains__,
    "LIST": lambda field: frozenset(field["selectionValues"]).__contains__,
}


def value_check(field: Mapping[str, Any]) -> IsValid:
    """Return the check of one value of an additional field (position config-api-additional-value-forms)."""
    make = _CHECKS.get(field["type"])
    return (lambda _: True) if make is None else make(field)


class LeadConfig:
    """A lead config, and what the rules look up in it for each lead.

    Attributes:
        raw: as getLeadConfig returns it.
        fields: additional fields by id.
        mandatory, inactive: outcome and member of each mode with this value.
        mandatory_fields: the additional fields that a lead must have.
        inactive_fields: ids of those that are ignored.
        checks: member of an entry and check of its value, by id of the other fields.
    """

    __slots__ = ("checks", "fields", "inactive", "inactive_fields", "mandatory", "mandatory_fields", "raw")

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.fields = additional_fields(raw)
        self.mandatory = [about for mode, about in MODES.items() if raw[mode] == "MANDATORY"]
        self.inactive = [about for mode, about in MODES.items() if raw[mode] == "INACTIVE"]
        self.mandatory_fields = [each for each in self.fields.values() if each["mode"] == "MANDATORY"]
        self.inactive_fields = frozenset(id_ for id_, each in self.fields.items() if each["mode"] == "INACTIVE")
        self.checks = {id_: _entry_check(each) for id_, each in self.fields.items() if id_ not in self.inactive_fields}


def _entry_check(field: Mapping[str, Any]) -> tuple[str, IsValid]:
    """Return the member that an entry of an additional field needs, and the check of its value."""
    is_valid = value_check(field)
    if field["allowMultiSelection"]:
        return "values", lambda values: values and all(map(is_valid, values))
    return "value", is_valid


def lead_config(context: RequestContext) -> LeadConfig:
    """Return the lead config of the setting, else the contract's example (position config-api-lead-config-default)."""
    given: LeadConfig | None = context.settings.given_lead_config
    return _default(context.contract) if given is None else given


@lru_cache(_MAX_CONTRACTS)
def _default(contract: Contract) -> LeadConfig:
    return LeadConfig(contract.operations[_OPERATION].outcomes[_OUTCOME].value[JSON])


def adopt_lead_config(context: RequestContext, body: Any) -> None:
    """Make the lead config of a forced response known, so that a lead that keeps it is not refused.

    Args:
        context: the request.
        body: body of the response, of any form; one that is no lead config is ignored.
    """
    fields = body.get("additionalInformation") if isinstance(body, dict) else None
    if isinstance(fields, list):
        by_id = {str(each.get("additionalFieldId")): each for each in fields if isinstance(each, dict)}
        usable = [each for each in by_id.values() if each.get("type") != "LIST" or each.get("selectionValues")]
        body = {**body, "additionalInformation": usable}
    with suppress(ValueError):
        config = parse_lead_config(body)
        if config is not None:
            context.session.adopted[context.vendor.name] = config


def adopted_lead_config(context: RequestContext) -> LeadConfig | None:
    """Return the lead config of the latest forced response, if any: a lead may keep it instead of the one in force."""
    adopted = context.session.adopted.get(context.vendor.name)
    return None if adopted is None else LeadConfig(adopted)


def additional_fields(config: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the additional fields of a lead config by id."""
    return {field["additionalFieldId"]: field for field in config.get("additionalInformation", ())}


def parse_lead_config(raw: Any) -> dict[str, Any] | None:
    """Parse the setting: a lead config as getLeadConfig returns it, or null for the default.

    Raises:
        ValueError: it is neither.
    """
    if raw is None:
        return None
    expected = "a lead config as getLeadConfig returns it"
    validator = _contract().operations[_OPERATION].responses[200].validators[JSON]
    for error in schema_violations(validator.iter_errors(raw), ()):
        raise ValueError(f"{expected}: {'.'.join(map(str, error.location)) or 'it'}: {error.message}")
    fields = raw.get("additionalInformation", [])
    if len(additional_fields(raw)) < len(fields):
        raise ValueError(f"{expected}: two additional fields have the same additionalFieldId")
    for field in fields:
        if field["type"] == "LIST" and not field.get("selectionValues"):
            raise ValueError(f"{expected}: the LIST {field['additionalFieldId']} has no selectionValues")
    config: dict[str, Any] = raw
    return config


@cache
def _contract() -> Contract:
    """Return the contract that a user's lead config must fit, loaded only when one is given."""
    return ContractFile("config_api").in_force(None)
