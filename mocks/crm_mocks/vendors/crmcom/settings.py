"""Settings of CRM.COM."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.settings import VendorSettings, one_of, setting


@dataclass(frozen=True)
class CrmComSettings(VendorSettings):
    """Settings of CRM.COM; the contract says what each value changes."""

    release: str = setting(
        "R18.0.0",
        "Release whose parameters, rules and responses apply: R11.0.0, R11.1.0, R14.0.0, R15.0.0 or R18.0.0.",
        one_of("R11.0.0", "R11.1.0", "R14.0.0", "R15.0.0", "R18.0.0"),
    )
    error_status: str = setting(
        "200",
        "HTTP status of a refusal: 200 with a code other than OK, or 4xx for 401 and 400.",
        one_of("200", "4xx"),
    )
