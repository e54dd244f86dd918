"""Scenarios for LeadBank: the cycle of a lead; see `crm_mocks.vendor.scenario`.

The sources are the introduction of the vendor's page ("document"), and positions where it is silent.
"""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.vendor.scenario import ScenarioProvider

_SUCCESS: Final = 1
_BATCH: Final = 3
_NO_LEAD: Final = 2147483646


def same_leads_until_confirmed(provider: ScenarioProvider) -> None:
    """Two calls of getLeads in a row return the same leads (document)."""
    first = _leads(provider)
    again = provider.call("getLeads", _BATCH).at("Leads")
    provider.must(
        again == first, f"a second call returned {_ids(again)}, the first {_ids(first)}, or not all as before"
    )


def leads_in_progress_say_so(provider: ScenarioProvider) -> None:
    """Sent leads are in progress (document; position leadbank-state-values)."""
    states = {lead["State"] for lead in _leads(provider)}
    provider.must(states == {1}, f"leads that were sent have State {_listed(states)}, not 1")


def what_is_not_confirmed_comes_again(provider: ScenarioProvider) -> None:
    """Unconfirmed leads stay in progress and are sent again, without new leads (position leadbank-batch)."""
    leads = _ids(_leads(provider))
    if len(leads) < 2:
        provider.skip("a batch of two leads at least is needed")
    _succeed(provider, "validateGetLeads", leads[:1])
    rest = _ids(provider.call("getLeads", _BATCH).at("Leads"))
    provider.must(rest == leads[1:], f"with {leads[0]} confirmed out of {leads}, getLeads returned {rest}")


def confirmed_leads_come_no_more(provider: ScenarioProvider) -> None:
    """After validateGetLeads has confirmed them, getLeads returns other leads (document)."""
    leads = _ids(_leads(provider))
    _succeed(provider, "validateGetLeads", leads)
    after = _ids(provider.call("getLeads", _BATCH).at("Leads"))
    provider.must(not set(leads) & set(after), f"{_listed(set(leads) & set(after))} came again after confirmation")


def confirmation_can_be_repeated(provider: ScenarioProvider) -> None:
    """Confirming a confirmed lead is no error (position leadbank-validate-refusals)."""
    leads = _ids(_leads(provider))
    _succeed(provider, "validateGetLeads", leads)
    _succeed(provider, "validateGetLeads", leads)


def received_leads_can_be_acknowledged(provider: ScenarioProvider) -> None:
    """A lead whose reception is confirmed can be acknowledged (document)."""
    leads = _ids(_leads(provider))
    _succeed(provider, "validateGetLeads", leads)
    _succeed(provider, "sendAcknos", [_acknowledgement(provider, lead) for lead in leads])


def leads_in_progress_cannot_be_acknowledged(provider: ScenarioProvider) -> None:
    """A lead can be acknowledged only after its reception is confirmed (position leadbank-acknowledgement-state)."""
    if provider.settings.acknos == "any":
        provider.skip("leadbank.acknos is any")
    _refuse(provider, "sendAcknos", [_acknowledgement(provider, _ids(_leads(provider))[0])])


def unknown_leads_are_refused(provider: ScenarioProvider) -> None:
    """A lead that does not exist is neither confirmed nor acknowledged (position leadbank-status-numbers)."""
    _refuse(provider, "validateGetLeads", [_NO_LEAD])
    _refuse(provider, "sendAcknos", [_acknowledgement(provider, _NO_LEAD)])


def _leads(provider: ScenarioProvider) -> list[dict[str, Any]]:
    leads: list[dict[str, Any]] = provider.call("getLeads", _BATCH).at("Leads")
    if not leads:
        provider.skip("no lead is ready to be sent")
    return leads


def _ids(leads: list[dict[str, Any]]) -> list[int]:
    return [lead["IDLeadBank"] for lead in leads]


def _acknowledgement(provider: ScenarioProvider, lead: int) -> dict[str, Any]:
    example: dict[str, Any] = provider.example("sendAcknos")[0]
    return {**example, "IDLeadBank": lead}


def _succeed(provider: ScenarioProvider, operation: str, body: Any) -> None:
    status = provider.call(operation, body).at("Status")
    provider.need(type(status) is int, f"its Status is not an integer, but {status!r}")
    provider.must(status == _SUCCESS, f"Status is {status}, not {_SUCCESS}")


def _refuse(provider: ScenarioProvider, operation: str, body: Any) -> None:
    provider.must(provider.call(operation, body).refused, f"{operation} accepted it")


def _listed(values: set[int]) -> str:
    return ", ".join(map(str, sorted(values, key=str))) or "none"
