"""The lead config: which members a lead of the studio must and may have."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

from crm_mocks.contract import ContractFile
from crm_mocks.schema_errors import schema_violations
from crm_mocks.vendor import JSON, Contract, RequestContext

_OPERATION, _OUTCOME = "getLeadConfig", "lead_config"


def lead_config(context: RequestContext) -> dict[str, Any]:
    """Return the lead config of the setting, else the contract's example (position config-api-lead-config-default)."""
    given: dict[str, Any] | None = context.settings.lead_config
    if given is not None:
        return given
    default: dict[str, Any] = context.contract.operations[_OPERATION].outcomes[_OUTCOME].value[JSON]
    return default


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


def known_lead_configs(context: RequestContext) -> list[dict[str, Any]]:
    """Return the lead config in force, and the one of the latest forced response, if any: a lead must keep one."""
    adopted = context.session.adopted.get(context.vendor.name)
    return [lead_config(context)] if adopted is None else [lead_config(context), adopted]


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
