"""Sample leads that the Config API accepts; see `crm_mocks.vendor.sample_requests`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor.sample_requests import SampleRequests, Send
from crm_mocks.vendors.config_api import fixtures
from crm_mocks.vendors.config_api.errors import KEY_HEADER
from crm_mocks.vendors.config_api.lead_config import additional_fields, parse_lead_config

_CONFIG_PATH: Final = "/v1/leads/config"
_VALUES: Final = {"NUMERIC": "3", "DATE": "2026-03-01", "BOOLEAN": "true"}
"""A valid value of an additional field, by its type."""

_MODES: Final = dict.fromkeys(("addressMode", "dateOfBirthMode", "genderMode", "telephoneMode"), "OPTIONAL")


class ConfigApiSamples(SampleRequests):
    """Gives each lead an e-mail address of its own, a known campaign, and additional fields of the lead config."""

    mock_settings: ClassVar[Mapping[str, Any]] = {"rate_limit": "off"}
    reference_data: ClassVar[Mapping[str, str]] = {
        "campaigns": "external identifiers of campaigns, such as CMPGN-123",
        "additional_fields": "additional fields as in additionalInformation of the lead config; by default those of "
        "getLeadConfig",
        "customers": "e-mail addresses of customers that exist",
    }

    def __init__(self, send: Send, credentials: Mapping[str, str], settings: Any) -> None:
        super().__init__(send, credentials, settings)
        self._fields: dict[int, dict[str, Any]] | None = None
        self._run = f"{time.time_ns() // 1_000_000:x}"
        self._numbers = itertools.count(1)
        self._campaigns = [each["externalIdentifier"] for each in fixtures.CATALOGUE["campaigns"]]

    def use(self, data: Mapping[str, Any]) -> None:
        """Use campaigns and additional fields; customers are for scenarios."""
        super().use(data)
        self._campaigns = data.get("campaigns", self._campaigns)
        if not all(isinstance(each, str) for each in (*self._campaigns, *data.get("customers", ()))):
            raise UsageError("--data: 'campaigns' and 'customers' must be strings")
        if "additional_fields" in data:
            self._fields = _parse_fields(data["additional_fields"])

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the API key."""
        return {KEY_HEADER: self.credentials[KEY_HEADER]}

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a lead that can be created."""
        number = next(self._numbers)
        customer = {**body["leadCustomer"], "email": self._address(number, body)}
        changed = {**body, "leadCustomer": customer}
        if "externalIdentifier" in body and not self._campaigns:
            del changed["externalIdentifier"]
        elif "externalIdentifier" in body:
            changed["externalIdentifier"] = self._campaigns[number % len(self._campaigns)]
        if "additionalInformation" in body:
            fields = list(self._known_fields().values())
            entries = [_entry(each, fields) for each in body["additionalInformation"] if fields]
            changed["additionalInformation"] = entries
        return changed

    def _address(self, number: int, body: dict[str, Any]) -> str:
        """Return an e-mail address that no customer has, neither of this run nor of an earlier one."""
        return f"{self._run}-{number}-{body['leadCustomer']['email']}"

    def _known_fields(self) -> dict[int, dict[str, Any]]:
        """Return the studio's additional fields."""
        if self._fields is None:
            try:
                self._fields = additional_fields(self.send("GET", _CONFIG_PATH, headers=self.headers("")))
            except (KeyError, TypeError, AttributeError):
                raise CrmMocksError("getLeadConfig returns no lead config, so additional fields are made up") from None
        return self._fields

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a lead with the tag as its notes."""
        return {**body, "notes": tag}


def _parse_fields(entries: list[Any]) -> dict[int, dict[str, Any]]:
    """Return additional fields by id.

    Raises:
        UsageError: they are not as in a lead config.
    """
    try:
        return additional_fields(parse_lead_config({**_MODES, "additionalInformation": entries}) or {})
    except ValueError as error:
        raise UsageError(f"--data: 'additional_fields' must be as in {error}") from None


def _entry(entry: dict[str, Any], fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return an entry for an existing additional field, with a valid value."""
    field = fields[entry["additionalFieldId"] % len(fields)]
    others = {name: value for name, value in entry.items() if name not in ("value", "values")}
    entry = {**others, "additionalFieldId": field["additionalFieldId"]}
    if field["allowMultiSelection"]:
        return {**entry, "values": field["selectionValues"][:2]}
    return {**entry, "value": field.get("selectionValues", [_VALUES.get(field["type"], "some text")])[0]}
