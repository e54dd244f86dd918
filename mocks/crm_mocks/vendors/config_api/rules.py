"""Rules of the lead config and the catalogue for a lead, beyond the contract's schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from crm_mocks.vendor import Location, RequestContext
from crm_mocks.vendors.config_api.errors import Argument, RefusalCause, choices, integer, text
from crm_mocks.vendors.config_api.lead_config import (
    IsValid,
    LeadConfig,
    adopted_lead_config,
    lead_config,
    value_check,
)

_ADDITIONAL: Final = "additionalInformation"
_ALLOWED_FORM: Final = "config-api-additional-value-forms"
"""Position that decides which forms of integers and dates are valid."""
_MAX_LENGTH: Final = 100
_field_id: Final = itemgetter("additionalFieldId")
_NO_CHECK: Final[tuple[str, IsValid]] = "", bool
"""In place of the check of an additional field that is unknown or inactive."""

_WRONG_VALUES: Final = {
    "NUMERIC": "additional_numeric_wrong",
    "DATE": "additional_date_wrong",
    "BOOLEAN": "additional_boolean_wrong",
    "LIST": "additional_selection_unknown",
}
"""Outcome of an invalid value by type of field."""


async def refusal_causes(context: RequestContext, config: LeadConfig) -> list[RefusalCause]:
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
    return next(_entry(entry, lead_config(context).fields.get(id_, unknown), location))


def kept_config(context: RequestContext) -> LeadConfig:
    """Return the known lead config that the lead keeps; the one in force if it keeps none.

    A lead that keeps the lead config of a forced response is not refused for the one in force.
    """
    in_force, adopted = lead_config(context), adopted_lead_config(context)
    if adopted is None or not _config_causes(context.body, in_force) or _config_causes(context.body, adopted):
        return in_force
    return adopted


def _config_causes(body: dict[str, Any], config: LeadConfig) -> list[RefusalCause]:
    return [*_mandatory(body, config), *_additional(body.get(_ADDITIONAL, ()), config)]


def active(body: dict[str, Any], config: LeadConfig) -> Mapping[str, Any]:
    """Return a lead as it is stored, without what the lead config does not use.

    Members whose mode is INACTIVE are left out (position config-api-inactive-field), and of several entries of one
    additional field the last is kept (position config-api-repeated-additional-field).

    Args:
        body: the lead; it is not changed.
        config: see `kept_config`.
    """
    lead = body
    if config.inactive:
        lead = {**body, "leadCustomer": dict(body["leadCustomer"])}
        for _, path in config.inactive:
            _parent(lead, path).pop(str(path[-1]), None)
    entries = lead.get(_ADDITIONAL, ())
    ids = set(map(_field_id, entries))
    if len(ids) < len(entries) or not config.inactive_fields.isdisjoint(ids):
        latest = {_field_id(each): each for each in entries}
        lead = {**lead, _ADDITIONAL: [each for id_, each in latest.items() if id_ not in config.inactive_fields]}
    return lead


def _parent(lead: dict[str, Any], path: Location) -> dict[str, Any]:
    """Return the object that contains the member at a path."""
    for part in path[:-1]:
        lead = lead[str(part)]
    return lead


def _mandatory(body: dict[str, Any], config: LeadConfig) -> Iterator[RefusalCause]:
    for outcome, path in config.mandatory:
        if path[-1] not in _parent(body, path):
            yield RefusalCause(outcome, ("body", *path), (text(".".join(map(str, path))),))
    if config.mandatory_fields:
        sent = set(map(_field_id, body.get(_ADDITIONAL, ())))
        for field in config.mandatory_fields:
            if _field_id(field) not in sent:
                yield RefusalCause("mandatory_additional_field_missing", ("body", _ADDITIONAL), _about(field))


def _additional(entries: Sequence[dict[str, Any]], config: LeadConfig) -> Iterator[RefusalCause]:
    checks = config.checks
    for number, entry in enumerate(entries):
        id_ = entry["additionalFieldId"]
        member, is_valid = checks.get(id_, _NO_CHECK)
        if member in entry and len(entry) == 2 and is_valid(entry[member]):
            continue  # almost all entries have what their field wants
        location, field = ("body", _ADDITIONAL, number), config.fields.get(id_)
        if field is None:
            where = (*location, "additionalFieldId")
            yield RefusalCause("unknown_additional_field", where, (integer(id_),), violates=False)
        elif id_ not in config.inactive_fields:
            yield from _entry(entry, field, location)


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
    if not value_check(field)(value):
        offered = (choices(field["selectionValues"]),) if field["type"] == "LIST" else ()
        basis = _ALLOWED_FORM if _is_other_form(value, field["type"]) else ""
        yield RefusalCause(_WRONG_VALUES[field["type"]], location, (*_about(field), *offered), basis=basis)


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
