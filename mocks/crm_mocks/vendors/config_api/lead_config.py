"""The lead config: what a lead of the studio must and may hold."""

from __future__ import annotations

from functools import cache
from typing import Any

from crm_mocks.contract import Contract, ContractFile
from crm_mocks.mock_response import JSON
from crm_mocks.request_context import RequestContext
from crm_mocks.schema_errors import from_schema_errors

_OPERATION, _OUTCOME = "getLeadConfig", "lead_config"


def lead_config(context: RequestContext) -> dict[str, Any]:
    """Return the lead config: the setting's, else the contract's (position config-api-lead-config-default)."""
    given: dict[str, Any] | None = context.settings.lead_config
    if given is not None:
        return given
    default: dict[str, Any] = context.contract.operations[_OPERATION].outcomes[_OUTCOME].value[JSON]
    return default


def additional_fields(config: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the additional fields of a lead config by id."""
    return {field["additionalFieldId"]: field for field in config.get("additionalInformation", ())}


def parse_lead_config(raw: Any) -> dict[str, Any] | None:
    """Parse a lead config that a user gives: an object as getLeadConfig answers it, or null for the default.

    Raises:
        ValueError: it is something else.
    """
    if raw is None:
        return None
    wanted = "a lead config as getLeadConfig answers it"
    validator = _contract().operations[_OPERATION].responses[200].validators[JSON]
    for error in from_schema_errors(validator.iter_errors(raw), ()):
        raise ValueError(f"{wanted}: {'.'.join(map(str, error.location)) or 'it'}: {error.message}")
    fields = raw.get("additionalInformation", [])
    if len(additional_fields(raw)) < len(fields):
        raise ValueError(f"{wanted}: two additional fields have the same additionalFieldId")
    for field in fields:
        if field["type"] == "LIST" and not field.get("selectionValues"):
            raise ValueError(f"{wanted}: the LIST {field['additionalFieldId']} has no selectionValues")
    config: dict[str, Any] = raw
    return config


@cache
def _contract() -> Contract:
    """Return the contract, whose schema a user's lead config is held to; read only when somebody gives one."""
    return ContractFile("config_api").in_force(None)
