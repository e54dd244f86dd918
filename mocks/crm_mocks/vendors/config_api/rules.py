"""Rules of the lead config and the catalogue for a lead, beyond the contract's schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from crm_mocks.contract.schema import is_date
from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.config_api.errors import Argument, Location, RefusalCause, choices, integer, text
from crm_mocks.vendors.config_api.lead_config import additional_fields, known_lead_configs, lead_config

_ADDITIONAL: Final = "additionalInformation"
_MODES: Final[dict[str, tuple[str, Location]]] = {
    "addressMode": ("mandatory_address_missing", ("address",)),
    "dateOfBirthMode": ("mandatory_date_of_birth_missing", ("leadCustomer", "dateOfBirth")),
    "genderMode": ("mandatory_gender_missing", ("leadCustomer", "gender")),
    "telephoneMode": ("mandatory_telephone_missing", ("leadCustomer", "telephone")),
}
"""Outcome and member by mode of the lead config."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_ALLOWED_FORM: Final = "config-api-additional-value-forms"
"""Position that decides which forms of integers and dates are valid."""
_MAX_LENGTH: Final = 100
_IsValid = Callable[[str, dict[str, Any]], bool]
_FORMS: Final[dict[str, tuple[str, _IsValid]]] = {
    "NUMERIC": ("additional_numeric_wrong", lambda value, _: _INTEGER.fullmatch(value) is not None),
    "DATE": ("additional_date_wrong", lambda value, _: is_date(value)),
    "BOOLEAN": ("additional_boolean_wrong", lambda value, _: value in ("true", "false")),
    "LIST": ("additional_selection_unknown", lambda value, field: value in field["selectionValues"]),
}
"""Outcome of an invalid value, and the check, by type of field (position config-api-additional-value-forms)."""


async def refusal_causes(context: RequestContext, config: dict[str, Any]) -> list[RefusalCause]:
    """Return everything in a lead that the lead config and the catalogue refuse; the first cause counts.

    Args:
        context: a request with a lead that fits the contract.
        config: see `kept_config`.
    """
    found = _config_causes(context.body, config)
    campaign = context.body.get("externalIdentifier")
    if campaign is not None and await context.records.get("campaigns", campaign) is None:
        found.append(
            RefusalCause("unknown_campaign", ("body", "externalIdentifier"), (text(campaign),), violates=False)
        )
    return found


def value_cause(context: RequestContext, location: Location) -> RefusalCause:
    """Return why an entry that has not exactly one of value and values is refused.

    Position config-api-value-or-values.

    Args:
        context: the request.
        location: of the entry, which has a valid additionalFieldId.
    """
    entry = context.body[_ADDITIONAL][location[-1]]
    id_ = entry["additionalFieldId"]
    unknown = {"additionalFieldId": id_, "name": "unknown", "allowMultiSelection": False}
    return next(_entry(entry, additional_fields(lead_config(context)).get(id_, unknown), location))


def kept_config(context: RequestContext) -> dict[str, Any]:
    """Return the known lead config that the lead keeps; the one in force if it keeps none.

    A lead that keeps the lead config of a forced response is not refused for the one in force.
    """
    first, *others = known_lead_configs(context)
    if not others or not _config_causes(context.body, first):
        return first
    return next((each for each in others if not _config_causes(context.body, each)), first)


def _config_causes(body: dict[str, Any], config: dict[str, Any]) -> list[RefusalCause]:
    fields = additional_fields(config)
    return [*_mandatory(body, config, fields), *_additional(body, fields)]


def active(context: RequestContext, config: dict[str, Any]) -> dict[str, Any]:
    """Return a lead as it is stored, without what the lead config does not use.

    Members whose mode is INACTIVE are left out (position config-api-inactive-field), and of several entries of one
    additional field the last is kept (position config-api-repeated-additional-field).

    Args:
        context: a request with a lead.
        config: see `kept_config`.
    """
    body = context.body
    lead = {**body, "leadCustomer": dict(body["leadCustomer"])}
    for mode, (_, path) in _MODES.items():
        if config[mode] == "INACTIVE":
            _parent(lead, path).pop(str(path[-1]), None)
    if _ADDITIONAL in lead:
        fields = additional_fields(config)
        entries = {each["additionalFieldId"]: each for each in lead[_ADDITIONAL]}
        lead[_ADDITIONAL] = [each for id_, each in entries.items() if fields[id_]["mode"] != "INACTIVE"]
    return lead


def _parent(lead: dict[str, Any], path: Location) -> dict[str, Any]:
    """Return the object that contains the member at a path."""
    for part in path[:-1]:
        lead = lead[str(part)]
    return lead


def _mandatory(
    body: dict[str, Any], config: dict[str, Any], fields: dict[int, dict[str, Any]]
) -> Iterator[RefusalCause]:
    for mode, (outcome, path) in _MODES.items():
        if config[mode] == "MANDATORY" and path[-1] not in _parent(body, path):
            yield RefusalCause(outcome, ("body", *path), (text(".".join(map(str, path))),))
    sent: set[int] | None = None
    for id_, field in fields.items():
        if field["mode"] != "MANDATORY":
            continue
        if sent is None:
            sent = {entry["additionalFieldId"] for entry in body.get(_ADDITIONAL, ())}
        if id_ not in sent:
            yield RefusalCause("mandatory_additional_field_missing", ("body", _ADDITIONAL), _about(field))


def _additional(body: dict[str, Any], fields: dict[int, dict[str, Any]]) -> Iterator[RefusalCause]:
    for number, entry in enumerate(body.get(_ADDITIONAL, ())):
        location = ("body", _ADDITIONAL, number)
        id_ = entry["additionalFieldId"]
        field = fields.get(id_)
        if field is None:
            where = (*location, "additionalFieldId")
            yield RefusalCause("unknown_additional_field", where, (integer(id_),), violates=False)
        elif field["mode"] != "INACTIVE" and not _is_plain(entry, field):
            yield from _entry(entry, field, location)


def _is_plain(entry: dict[str, Any], field: dict[str, Any]) -> bool:
    """Return whether an entry has the one value that its field wants: almost all have."""
    if len(entry) != 2 or field["allowMultiSelection"] or "value" not in entry:
        return False
    form = _FORMS.get(field["type"])
    return form is None or form[1](entry["value"], field)


def _entry(entry: dict[str, Any], field: dict[str, Any], location: Location) -> Iterator[RefusalCause]:
    """Check an entry against its field: one value or several (position config-api-value-or-values), then their form."""
    several = field["allowMultiSelection"]
    expected, unexpected = ("values", "value") if several else ("value", "values")
    if unexpected in entry:
        outcome = "additional_values_expected" if several else "additional_value_expected"
        yield RefusalCause(outcome, (*location, unexpected), _about(field))
    elif expected not in entry or entry[expected] == []:
        yield RefusalCause("additional_value_missing", location, _about(field))
    elif several:
        for number, value in enumerate(entry["values"]):
            yield from _value(value, field, (*location, "values", number))
    else:
        yield from _value(entry["value"], field, (*location, "value"))


def _value(value: str, field: dict[str, Any], location: Location) -> Iterator[RefusalCause]:
    if field["type"] not in _FORMS:
        return
    outcome, is_valid = _FORMS[field["type"]]
    if not is_valid(value, field):
        offered = (choices(field["selectionValues"]),) if field["type"] == "LIST" else ()
        basis = _ALLOWED_FORM if _is_other_form(value, field["type"]) else ""
        yield RefusalCause(outcome, location, (*_about(field), *offered), basis=basis)


def _is_other_form(value: str, kind: str) -> bool:
    """Return whether a value is an integer or a date in a form that the document does not exclude."""
    parsers: dict[str, Callable[[str], object]] = {"NUMERIC": int, "DATE": datetime.fromisoformat}
    parse = parsers.get(kind)
    if parse is None or len(value) > _MAX_LENGTH:
        return False
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _about(field: dict[str, Any]) -> tuple[Argument, Argument]:
    return integer(field["additionalFieldId"]), text(field["name"])
