"""Settings of the LeadBank mock."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.settings import VendorSettings, one_of, setting, whole_number


@dataclass(frozen=True)
class LeadBankSettings(VendorSettings):
    """What a user may change; each setting belongs to a position of the contract."""

    batch: int = setting(
        10, "How many leads getLeads gives when the client does not say how many it wants.", whole_number(1, 10_000)
    )
    leads: int = setting(25, "How many leads are ready to be sent when a session starts.", whole_number(0, 10_000))
    amount: str = setting(
        "honoured",
        "Whether the integer in the body of getLeads is the most leads wanted: honoured or ignored.",
        one_of("honoured", "ignored"),
    )
    acknos: str = setting(
        "received",
        "Which leads can be acknowledged: only those whose reception is confirmed (received), or any.",
        one_of("received", "any"),
    )
    auth: str = setting("none", "Authentication that is asked for: none or basic.", one_of("none", "basic"))
