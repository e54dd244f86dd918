"""Settings of LeadBank."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.settings import VendorSettings, one_of, setting, whole_number


@dataclass(frozen=True)
class LeadBankSettings(VendorSettings):
    """Settings of LeadBank; each belongs to a position of the contract."""

    batch: int = setting(
        10, "Leads that getLeads returns if the client does not ask for a number.", whole_number(1, 10_000)
    )
    leads: int = setting(25, "Leads ready to be sent when a session starts.", whole_number(0, 10_000))
    amount: str = setting(
        "honoured",
        "Integer in the body of getLeads as the maximum number of leads: honoured or ignored.",
        one_of("honoured", "ignored"),
    )
    acknos: str = setting(
        "received",
        "Leads that can be acknowledged: those whose reception is confirmed (received), or any.",
        one_of("received", "any"),
    )
    missing_members: str = setting(
        "refused",
        "Acknowledgements without IDLeadBank, LeadEvents or DateAction: refused, or read with defaults.",
        one_of("refused", "defaults"),
    )
    auth: str = setting("none", "Required authentication: none or basic.", one_of("none", "basic"))
