"""Settings of the Config API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crm_mocks.settings import VendorSettings, one_of, setting, switch, whole_number
from crm_mocks.vendors.config_api import messages
from crm_mocks.vendors.config_api.lead_config import LeadConfig, parse_lead_config


def parse_rate_limit(raw: Any) -> str:
    """Parse a rate limit: requests/seconds, or off.

    Raises:
        ValueError: it is neither.
    """
    word = str(raw).strip().lower()
    if word in ("off", "false"):
        return "off"
    if not re.fullmatch(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,5}", word):
        raise ValueError("requests/seconds, such as 1000/60, or off")
    return word


@dataclass(frozen=True)
class ConfigApiSettings(VendorSettings):
    """Settings of the Config API."""

    rate_limit: str = setting(
        "1000/60", "Requests/seconds that one key may send to one endpoint, or off.", parse_rate_limit
    )
    retry_after: bool = setting(default=False, help="Send Retry-After with 429, on or off.", parse=switch)
    lead_config: dict[str, Any] | None = setting(
        None,
        "Lead config: mandatory members and additional fields. A file at start, an object in the control API; null is "
        "the contract's example.",
        parse_lead_config,
        file=True,
    )
    default_language: str = setting(
        "en",
        "The studio's own language, used without Accept-Language: "
        f"{', '.join(messages.LANGUAGES)}, or a country variant such as de-CH.",
        one_of(*messages.LANGUAGES, *messages.VARIANTS),
    )
    transaction_timeout_ms: int = setting(
        0,
        "Milliseconds after which a transaction is cancelled with 503, 0 for no limit: config_api.latency_ms above it "
        "cancels each.",
        whole_number(0, 600_000),
    )
    customers: int = setting(
        0, "Generated customers that a session starts with, in addition to Erika Mustermann.", whole_number(0, 1000)
    )

    @cached_property
    def given_lead_config(self) -> LeadConfig | None:
        """The setting `lead_config`, prepared for the rules."""
        return None if self.lead_config is None else LeadConfig(self.lead_config)
