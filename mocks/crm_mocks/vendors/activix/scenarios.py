"""What a receiver of Activix's leads promises over several requests. See `crm_mocks.scenario`.

[D] stands for what the vendor documents, else the position is named.
"""

from __future__ import annotations

from typing import Final

from crm_mocks.scenario import ScenarioProvider

_NO_ACCOUNT: Final = 2147483646


def tokens_let_in(provider: ScenarioProvider) -> None:
    """A token that was issued lets a lead in (RFC 6749, section 4.4; position activix-token-endpoint)."""
    token = provider.call("issueToken", provider.good("issueToken")).at("access_token")
    reply = provider.call("createLead", provider.good("createLead"), headers={"Authorization": f"Bearer {token}"})
    provider.must(reply.status == 200, f"a lead with a token just issued was answered {reply.status}")


def unknown_tokens_do_not_let_in(provider: ScenarioProvider) -> None:
    """A token that was never issued does not let a lead in [D: the receiver must authenticate]."""
    reply = provider.call("createLead", provider.good("createLead"), headers={"Authorization": "Bearer wrong"})
    provider.must(reply.status == 401, f"a lead with a token never issued was answered {reply.status}")


def the_same_lead_comes_again(provider: ScenarioProvider) -> None:
    """A lead of the same id replaces the one before: 200 again (position activix-same-id-again)."""
    lead = provider.good("createLead")
    for _ in range(2):
        reply = provider.call("createLead", lead)
        provider.must(reply.status == 200, f"a lead that comes again was answered {reply.status}")


def unknown_accounts_are_told(provider: ScenarioProvider) -> None:
    """A lead of an account that the receiver does not know is answered 422 [D]."""
    lead = {name: value for name, value in provider.good("createLead").items() if name != "account"}
    reply = provider.call("createLead", {**lead, "account_id": _NO_ACCOUNT})
    provider.must(reply.status == 422, f"a lead of an unknown account was answered {reply.status}")
