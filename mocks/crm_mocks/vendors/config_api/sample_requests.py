"""Sample leads that the Config API accepts; see `crm_mocks.vendor.sample_requests`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor.sample_requests import SampleRequests, Send
from crm_mocks.vendors.config_api import fixtures
from crm_mocks.vendors.config_api.errors import KEY_HEADER
from crm_mocks.vendors.config_api.lead_config import additional_fields

_CONFIG_PATH: Final = "/v1/leads/config"
_VALUES: Final = {"NUMERIC": "3", "DATE": "2026-03-01", "BOOLEAN": "true"}
"""A valid value of an additional field, by its type."""


class ConfigApiSamples(SampleRequests):
    """Gives each lead an e-mail address of its own, a known campaign, and additional fields of the lead config."""

    mock_settings: ClassVar[Mapping[str, Any]] = {"rate_limit": "off"}

    def __init__(self, send: Send, credentials: Mapping[str, str], settings: Any) -> None:
        super().__init__(send, credentials, settings)
        self._fields: dict[int, dict[str, Any]] | None = None
        self._run = f"{time.time_ns() // 1_000_000:x}"
        self._numbers = itertools.count(1)
        self._campaigns = [each["externalIdentifier"] for each in fixtures.CATALOGUE["campaigns"]]

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the API key."""
        return {KEY_HEADER: self.credentials[KEY_HEADER]}

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a lead that can be created."""
        number = next(self._numbers)
        customer = {**body["leadCustomer"], "email": self._address(number, body)}
        changed = {**body, "leadCustomer": customer}
        if "externalIdentifier" in body:
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


def _entry(entry: dict[str, Any], fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return an entry for an existing additional field, with a valid value."""
    field = fields[entry["additionalFieldId"] % len(fields)]
    others = {name: value for name, value in entry.items() if name not in ("value", "values")}
    entry = {**others, "additionalFieldId": field["additionalFieldId"]}
    if field["allowMultiSelection"]:
        return {**entry, "values": field["selectionValues"][:2]}
    return {**entry, "value": field.get("selectionValues", [_VALUES.get(field["type"], "some text")])[0]}
