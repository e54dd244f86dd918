"""Scenarios for the Config API; see `crm_mocks.vendor.scenario`.

[D] marks what the vendor documents; the others name their position.
"""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.vendor.scenario import ScenarioProvider

_PATH: Final = "/v1/leads/config"
_KEY: Final = "x-api-key"
_DUPLICATE: Final = "DUPLICATE_CUSTOMER"


def head_checks_the_key(provider: ScenarioProvider) -> None:
    """A HEAD request on any path only checks the key: 200 with a good one, 401 with a wrong one [D]."""
    provider.call("getLeadConfig")  # otherwise nothing shows that the key is good
    good = provider.ask("HEAD", _PATH, headers=provider.headers("getLeadConfig"))
    provider.must(good.status == 200, f"HEAD with a good key was answered {good.status}")
    wrong = provider.ask("HEAD", _PATH, headers={_KEY: "wrong"})
    provider.must(wrong.status == 401, f"HEAD with a wrong key was answered {wrong.status}")


def validation_creates_nothing(provider: ScenarioProvider) -> None:
    """A lead that validateLead finds valid stays valid: it is not created [D]."""
    lead = provider.good("validateLead")
    for _ in range(2):
        status = provider.call("validateLead", lead).at("status")
        provider.must(status == "POSSIBLE", f"a valid new lead was found {status}")


def customers_are_known_once_created(provider: ScenarioProvider) -> None:
    """ValidateLead finds a lead of an existing customer DUPLICATE_CUSTOMER [D]."""
    status = provider.call("validateLead", _created(provider)).at("status")
    provider.must(status == _DUPLICATE, f"a lead that was created before was found {status}")
    lead = provider.good("validateLead")
    for email in provider.data.get("customers", ()):
        customer = {**lead["leadCustomer"], "email": email}
        status = provider.call("validateLead", {**lead, "leadCustomer": customer}).at("status")
        provider.must(status == _DUPLICATE, f"a lead of an existing customer was found {status}")


def duplicates_by_validation_are_not_created(provider: ScenarioProvider) -> None:
    """CreateLead refuses a lead that validateLead finds DUPLICATE_CUSTOMER [D]."""
    lead = _created(provider)
    if not _is_duplicate(provider, lead):
        provider.skip("validateLead does not find the customer a duplicate")
    again = provider.call("createLead", lead)
    provider.must(again.refused, f"the same lead again was answered {again.status}")


def duplicate_customers_are_refused(provider: ScenarioProvider) -> None:
    """A second lead with the same e-mail address is refused with 400 (position config-api-duplicate-customer)."""
    lead = _created(provider)
    is_duplicate = _is_duplicate(provider, lead)
    again = provider.call("createLead", lead)
    if is_duplicate and not again.refused:
        provider.skip("another scenario is about duplicates by validation")
    provider.must(again.status == 400, f"the same lead again was answered {again.status}")


def _created(provider: ScenarioProvider) -> Any:
    """Return a lead that was created."""
    lead = provider.good("createLead")
    created = provider.call("createLead", lead)
    provider.need(not created.refused, f"a valid lead was answered {created.status}")
    return lead


def _is_duplicate(provider: ScenarioProvider, lead: Any) -> bool:
    return bool(provider.call("validateLead", lead).at("status") == _DUPLICATE)
