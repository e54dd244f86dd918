"""Leads derived from others: completed, or with another account or id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.vendor.sender import Headers

JSON_HEADERS: Final[Headers] = (("Content-Type", "application/json"), ("Accept", "application/json"))


class LeadCompletion:
    """Completes leads as the CRM does: every key is there, blank ones null (position `activix-blank-fields`)."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        """Keep the contract's component schemas, which name the attributes."""
        self._schemas = schemas

    def of_lead(self, lead: Mapping[str, Any]) -> dict[str, Any]:
        """Return a lead with every attribute of its own and of its linked objects; existing values stay.

        An account that the lead names in one place is written in both (position `activix-account-reference`).
        """
        completed: dict[str, Any] = self._completed(self._schemas["Lead"], _with_both_accounts(lead))
        return completed

    def _completed(self, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._followed(schema)
        if isinstance(value, list) and "items" in schema:
            return [self._completed(schema["items"], each) for each in value]
        if not isinstance(value, dict) or "properties" not in schema:
            return _offset_written_out(value) if _is_date_time(schema) else value
        known = schema["properties"]
        said = {name: self._completed(known.get(name, {}), inner) for name, inner in value.items()}
        named = (name for name in known if name in said or name != "id")  # position `activix-linked-ids`
        return {name: said.get(name) for name in named} | said

    def _followed(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        for part in schema.get("allOf", ()):
            schema = {**self._followed(part), **{key: value for key, value in schema.items() if key != "allOf"}}
        if "$ref" not in schema:
            return schema
        return self._followed(self._schemas[schema["$ref"].rsplit("/", 1)[-1]])


def _with_both_accounts(lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lead with `account_id` and `account`, if it names its account in either."""
    named, linked = lead.get("account_id"), lead.get("account")
    if named is None and isinstance(linked, dict) and linked.get("id") is not None:
        return {**lead, "account_id": linked["id"]}
    if named is not None and linked is None:
        return {**lead, "account": {"id": named}}
    return dict(lead)


def _is_date_time(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") == "date-time-or-empty"


def _offset_written_out(value: Any) -> Any:
    """Return a time stamp with `+00:00` in place of `Z`, as in all of the vendor's examples."""
    return f"{value[:-1]}+00:00" if isinstance(value, str) and value.endswith("Z") else value


def with_account(lead: Mapping[str, Any], account: int) -> dict[str, Any]:
    """Return a lead with another account, in `account` and `account_id`: later leads have both, and they agree."""
    linked = lead.get("account")
    return {**lead, "account_id": account, "account": {**(linked if isinstance(linked, dict) else {}), "id": account}}


def with_id(lead: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return a lead and its linked objects with another id; a lead without id stays without."""
    changed = dict(lead)
    for name, value in lead.items():
        if isinstance(value, list):
            changed[name] = [_linked(each, number) for each in value]
    return changed | {"id": number} if isinstance(lead.get("id"), int) else changed


def _linked(value: Any, number: int) -> Any:
    return {**value, "lead_id": number} if isinstance(value, dict) and "lead_id" in value else value
