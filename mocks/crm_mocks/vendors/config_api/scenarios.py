"""What the Config API promises over several requests. See `crm_mocks.scenario`.

[D] stands for what the vendor documents, else the position is named.
"""

from __future__ import annotations

from typing import Final

from crm_mocks.scenario import ScenarioProvider

_PATH: Final = "/v1/leads/config"
_KEY: Final = "x-api-key"


def head_checks_the_key(provider: ScenarioProvider) -> None:
    """A HEAD request on any path only checks the key: 200 with a good one, 401 with a wrong one [D]."""
    provider.call("getLeadConfig")  # that the key is good has to show elsewhere
    good = provider.ask("HEAD", _PATH, headers=provider.headers("getLeadConfig"))
    provider.must(good.status == 200, f"HEAD with a good key was answered {good.status}")
    wrong = provider.ask("HEAD", _PATH, headers={_KEY: "wrong"})
    provider.must(wrong.status == 401, f"HEAD with a wrong key was answered {wrong.status}")


def validation_creates_nothing(provider: ScenarioProvider) -> None:
    """A lead that is valid is so again: validateLead does not create it [D]."""
    lead = provider.good("validateLead")
    for _ in range(2):
        told = provider.call("validateLead", lead).at("status")
        provider.must(told == "POSSIBLE", f"a valid lead that is new was found {told}")


def customers_are_known_once_created(provider: ScenarioProvider) -> None:
    """A lead of a customer who exists is found DUPLICATE_CUSTOMER by validateLead [D]."""
    lead = provider.good("createLead")
    created = provider.call("createLead", lead)
    provider.must(created.status == 200, f"a valid lead was answered {created.status}")
    told = provider.call("validateLead", lead).at("status")
    provider.must(told == "DUPLICATE_CUSTOMER", f"a lead that was created before was found {told}")


def duplicate_customers_are_refused(provider: ScenarioProvider) -> None:
    """A second lead with the same e-mail address is refused with 400 (position config-api-duplicate-customer)."""
    lead = provider.good("createLead")
    created = provider.call("createLead", lead)
    provider.must(created.status == 200, f"a valid lead was answered {created.status}")
    again = provider.call("createLead", lead)
    provider.must(again.status == 400, f"the same lead again was answered {again.status}")
