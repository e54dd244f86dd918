"""Scenarios for receivers of Activix leads; see `crm_mocks.vendor.scenario`.

[D] marks what the vendor documents; the others name their position.
"""

from __future__ import annotations

from typing import Final

from crm_mocks.vendor.scenario import ScenarioProvider

_NO_ACCOUNT: Final = 2147483646


def tokens_let_in(provider: ScenarioProvider) -> None:
    """An issued token authorises a lead (RFC 6749, section 4.4; position activix-token-endpoint)."""
    token = provider.call("issueToken", provider.good("issueToken")).at("access_token")
    reply = provider.call("createLead", provider.good("createLead"), headers={"Authorization": f"Bearer {token}"})
    provider.must(reply.status == 200, f"a lead with a fresh token was answered {reply.status}")


def unknown_tokens_do_not_let_in(provider: ScenarioProvider) -> None:
    """A token that was never issued does not authorise a lead [D: the receiver must authenticate]."""
    reply = provider.call("createLead", provider.good("createLead"), headers={"Authorization": "Bearer wrong"})
    provider.must(reply.status == 401, f"a lead with a token never issued was answered {reply.status}")


def the_same_lead_comes_again(provider: ScenarioProvider) -> None:
    """A lead with the same id replaces the earlier one: 200 again (position activix-same-id-again)."""
    lead = provider.good("createLead")
    for _ in range(2):
        reply = provider.call("createLead", lead)
        provider.must(reply.status == 200, f"a lead sent twice was answered {reply.status}")


def unknown_accounts_are_reported(provider: ScenarioProvider) -> None:
    """A lead of an account unknown to the receiver is answered 422 [D]."""
    lead = {name: value for name, value in provider.good("createLead").items() if name != "account"}
    reply = provider.call("createLead", {**lead, "account_id": _NO_ACCOUNT})
    provider.must(reply.status == 422, f"a lead of an unknown account was answered {reply.status}")
