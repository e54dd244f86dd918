"""What the contract's schemas do not say of a lead that the Config API accepts.

See `crm_contracts.verify.plausible`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.vendors.config_api import fixtures
from crm_mocks.vendors.config_api.lead_config import additional_fields

_CONFIG_PATH: Final = "/v1/leads/config"
_VALUES: Final = {"NUMERIC": "3", "DATE": "2026-03-01", "BOOLEAN": "true"}
"""A value that fits a field, by its type."""


class Plausible:
    """Gives each lead an e-mail address of its own, a known campaign, and additional fields of the lead config."""

    settings: Final[Mapping[str, Any]] = {"rate_limit": "off"}

    def __init__(self, send: Callable[..., Any], credentials: Mapping[str, str]) -> None:
        self._credentials = credentials
        self._fields = additional_fields(send("GET", _CONFIG_PATH, headers=self.headers("")))
        self._numbers = itertools.count(1)
        self._campaigns = [each["externalIdentifier"] for each in fixtures.CATALOGUE["campaigns"]]

    def headers(self, operation: str) -> dict[str, str]:  # noqa: ARG002  # all operations take the same key
        """Return the key."""
        return {"x-api-key": self._credentials["x-api-key"]}

    def body(self, operation: str, body: Any, media_type: str) -> Any:  # noqa: ARG002  # all bodies are leads
        """Return a lead that can be created."""
        number = next(self._numbers)
        customer = {**body["leadCustomer"], "email": f"{number}-{body['leadCustomer']['email']}"}
        changed = {**body, "leadCustomer": customer}
        if "externalIdentifier" in body:
            changed["externalIdentifier"] = self._campaigns[number % len(self._campaigns)]
        if "additionalInformation" in body:
            changed["additionalInformation"] = [self._entry(each) for each in body["additionalInformation"]]
        return changed

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return an entry for one of the fields that there are, with a value where the field has it."""
        ids = list(self._fields)
        field = self._fields[ids[entry["additionalFieldId"] % len(ids)]]
        others = {name: value for name, value in entry.items() if name not in ("value", "values")}
        entry = {**others, "additionalFieldId": field["additionalFieldId"]}
        if field["allowMultiSelection"]:
            return {**entry, "values": field["selectionValues"][:2]}
        return {**entry, "value": field.get("selectionValues", [_VALUES.get(field["type"], "some text")])[0]}

    def is_refusal(self, status: int, body: Any) -> bool:  # noqa: ARG002  # as all such classes have it
        """Go by the status."""
        return status >= 400
