"""What the lead config and the catalogue ask of a lead, beyond the contract's schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from crm_mocks.contract.schema import is_date
from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.config_api.errors import Argument, Location, RefusalCause, choices, integer, text
from crm_mocks.vendors.config_api.lead_config import additional_fields, lead_config

_ADDITIONAL: Final = "additionalInformation"
_MODES: Final[dict[str, tuple[str, Location]]] = {
    "addressMode": ("mandatory_address_missing", ("address",)),
    "dateOfBirthMode": ("mandatory_date_of_birth_missing", ("leadCustomer", "dateOfBirth")),
    "genderMode": ("mandatory_gender_missing", ("leadCustomer", "gender")),
    "telephoneMode": ("mandatory_telephone_missing", ("leadCustomer", "telephone")),
}
"""The outcome and the member that each mode of the lead config is about."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_FORM: Final = "config-api-additional-value-forms"
_LONGEST_FORM: Final = 100
_Fits = Callable[[str, dict[str, Any]], bool]
_FORMS: Final[dict[str, tuple[str, _Fits]]] = {
    "NUMERIC": ("additional_numeric_wrong", lambda value, _: _INTEGER.fullmatch(value) is not None),
    "DATE": ("additional_date_wrong", lambda value, _: is_date(value)),
    "BOOLEAN": ("additional_boolean_wrong", lambda value, _: value in ("true", "false")),
    "LIST": ("additional_selection_unknown", lambda value, field: value in field["selectionValues"]),
}
"""The outcome of a value that does not fit, and what fits, by type (position config-api-additional-value-forms)."""


async def findings(context: RequestContext) -> list[RefusalCause]:
    """Return everything in a lead that the lead config and the catalogue refuse, in the order in which it counts.

    Args:
        context: a request with a lead that keeps to the contract.
    """
    config = lead_config(context)
    found = [*_mandatory(context.body, config), *_additional(context.body, additional_fields(config))]
    campaign = context.body.get("externalIdentifier")
    if campaign is not None and await context.records.get("campaigns", campaign) is None:
        found.append(RefusalCause("unknown_campaign", ("body", "externalIdentifier"), (text(campaign),), broken=False))
    return found


def active(body: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return a lead without what the lead config has no use for, as it is stored.

    Members whose mode is INACTIVE are left out (position config-api-inactive-field), and of several entries of one
    additional field the last is kept (position config-api-repeated-additional-field).
    """
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
    """Return the object in which the member at a path stands."""
    for part in path[:-1]:
        lead = lead[str(part)]
    return lead


def _mandatory(body: dict[str, Any], config: dict[str, Any]) -> Iterator[RefusalCause]:
    for mode, (outcome, path) in _MODES.items():
        if config[mode] == "MANDATORY" and path[-1] not in _parent(body, path):
            yield RefusalCause(outcome, ("body", *path), (text(".".join(map(str, path))),))
    sent = {entry["additionalFieldId"] for entry in body.get(_ADDITIONAL, ())}
    for id_, field in additional_fields(config).items():
        if field["mode"] == "MANDATORY" and id_ not in sent:
            yield RefusalCause("mandatory_additional_field_missing", ("body", _ADDITIONAL), _about(field))


def _additional(body: dict[str, Any], fields: dict[int, dict[str, Any]]) -> Iterator[RefusalCause]:
    for number, entry in enumerate(body.get(_ADDITIONAL, ())):
        location = ("body", _ADDITIONAL, number)
        id_ = entry["additionalFieldId"]
        field = fields.get(id_)
        if field is None:
            where = (*location, "additionalFieldId")
            yield RefusalCause("unknown_additional_field", where, (integer(id_),), broken=False)
        elif field["mode"] != "INACTIVE":
            yield from _entry(entry, field, location)


def _entry(entry: dict[str, Any], field: dict[str, Any], location: Location) -> Iterator[RefusalCause]:
    """Hold an entry to its field: one value or several (position config-api-value-or-values), then their form."""
    several = field["allowMultiSelection"]
    right, wrong = ("values", "value") if several else ("value", "values")
    if wrong in entry:
        outcome = "additional_values_expected" if several else "additional_value_expected"
        yield RefusalCause(outcome, (*location, wrong), _about(field))
    elif right not in entry or entry[right] == []:
        yield RefusalCause("additional_value_missing", location, _about(field))
    elif several:
        for number, value in enumerate(entry["values"]):
            yield from _value(value, field, (*location, "values", number))
    else:
        yield from _value(entry["value"], field, (*location, "value"))


def _value(value: str, field: dict[str, Any], location: Location) -> Iterator[RefusalCause]:
    if field["type"] not in _FORMS:
        return
    outcome, fits = _FORMS[field["type"]]
    if not fits(value, field):
        offered = (choices(field["selectionValues"]),) if field["type"] == "LIST" else ()
        basis = _FORM if _is_other_form(value, field["type"]) else ""
        yield RefusalCause(outcome, location, (*_about(field), *offered), basis=basis)


def _is_other_form(value: str, kind: str) -> bool:
    """Return whether a value is an integer or a date all the same, in a form that the document does not rule out."""
    forms: dict[str, Callable[[str], object]] = {"NUMERIC": int, "DATE": datetime.fromisoformat}
    read = forms.get(kind)
    if read is None or len(value) > _LONGEST_FORM:
        return False
    try:
        read(value)
    except ValueError:
        return False
    return True


def _about(field: dict[str, Any]) -> tuple[Argument, Argument]:
    return integer(field["additionalFieldId"]), text(field["name"])
