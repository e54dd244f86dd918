"""What the contract's schemas do not say of a lead that the Config API accepts.

See `crm_contracts.providers.verify.sample_requests`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendors.config_api import fixtures
from crm_mocks.vendors.config_api.lead_config import additional_fields
from crm_mocks.vendors.config_api.settings import ConfigApiSettings

_CONFIG_PATH: Final = "/v1/leads/config"
_VALUES: Final = {"NUMERIC": "3", "DATE": "2026-03-01", "BOOLEAN": "true"}
"""A value that fits a field, by its type."""


class ConfigApiSamples:
    """Gives each lead an e-mail address of its own, a known campaign, and additional fields of the lead config."""

    settings: Final[Mapping[str, Any]] = {"rate_limit": "off"}

    def __init__(
        self,
        send: Callable[..., Any],
        credentials: Mapping[str, str],
        settings: ConfigApiSettings,  # noqa: ARG002  # the provider tells its config
    ) -> None:
        self._credentials = credentials
        self._send = send
        self._fields: dict[int, dict[str, Any]] | None = None
        self._run = f"{time.time_ns() // 1_000_000:x}"
        self._numbers = itertools.count(1)
        self._campaigns = [each["externalIdentifier"] for each in fixtures.CATALOGUE["campaigns"]]

    def headers(self, operation: str) -> dict[str, str]:  # noqa: ARG002  # all operations take the same key
        """Return the key."""
        return {"x-api-key": self._credentials["x-api-key"]}

    def body(self, operation: str, body: Any, media_type: str) -> Any:  # noqa: ARG002  # all bodies are leads
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
        """Return an e-mail address that no customer has: none of this run, nor of earlier ones."""
        return f"{self._run}-{number}-{body['leadCustomer']['email']}"

    def _known_fields(self) -> dict[int, dict[str, Any]]:
        """Return the additional fields that the studio has."""
        if self._fields is None:
            try:
                self._fields = additional_fields(self._send("GET", _CONFIG_PATH, headers=self.headers("")))
            except (KeyError, TypeError, AttributeError):
                raise CrmMocksError("getLeadConfig gives no lead config, so additional fields are made up") from None
        return self._fields

    def tagged(self, operation: str, body: dict[str, Any], tag: str) -> dict[str, Any]:  # noqa: ARG002  # all bodies are leads
        """Return a lead with the tag as its notes."""
        return {**body, "notes": tag}

    def is_refusal(self, status: int, body: Any) -> bool:  # noqa: ARG002  # as all such classes have it
        """Go by the status."""
        return status >= 400


def _entry(entry: dict[str, Any], fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return an entry for one of the fields that there are, with a value where the field has it."""
    field = fields[entry["additionalFieldId"] % len(fields)]
    others = {name: value for name, value in entry.items() if name not in ("value", "values")}
    entry = {**others, "additionalFieldId": field["additionalFieldId"]}
    if field["allowMultiSelection"]:
        return {**entry, "values": field["selectionValues"][:2]}
    return {**entry, "value": field.get("selectionValues", [_VALUES.get(field["type"], "some text")])[0]}


SAMPLES = ConfigApiSamples
