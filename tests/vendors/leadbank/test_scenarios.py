"""Each failure of LeadBank's cycle is reported by the name of its rule."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from tests.providers.verify.scripted import ScriptedScenarios

LEADS, CONFIRM, ACKNOWLEDGE = "/api/leads", "/api/leads/ValidateGetLeads", "/api/leads/SendAcknos"


def _from(call, path, change):
    """Change the responses of an operation from one call on."""
    return lambda there, number, body: change(body) if there == path and number >= call else body


def _without_first(body):
    return {**body, "Leads": body["Leads"][1:]}


def _with_another(body):
    return {**body, "Leads": [*body["Leads"], {**body["Leads"][0], "IDLeadBank": 4711}]}


def _reworded(body):
    return {**body, "Leads": [{**lead, "NameProvider": "somebody"} for lead in body["Leads"]]}


def _in_state(state):
    return lambda body: {**body, "Leads": [{**lead, "State": state} for lead in body["Leads"]]}


def _saying(status):
    return lambda body: {**body, "Status": status}


def _first_again(first):
    def change(body):
        first.append(body["Leads"])
        return {**body, "Leads": first[0]}

    return change


DEFECTS = {
    "a batch that shrinks": ("same-leads-until-confirmed", _from(2, LEADS, _without_first)),
    "a batch that grows": ("same-leads-until-confirmed", _from(2, LEADS, _with_another)),
    "a batch that says otherwise": ("same-leads-until-confirmed", _from(2, LEADS, _reworded)),
    "leads that are still ready": ("leads-in-progress-say-so", _from(1, LEADS, _in_state(0))),
    "leads lost by a confirmation of others": ("what-is-not-confirmed-comes-again", _from(2, LEADS, _without_first)),
    "new leads in an open batch": ("what-is-not-confirmed-comes-again", _from(2, LEADS, _with_another)),
    "confirmed leads again": ("confirmed-leads-come-no-more", _from(1, LEADS, _first_again([]))),
    "a confirmation that fails": ("confirmed-leads-come-no-more", _from(1, CONFIRM, _saying(3))),
    "a repeated confirmation that fails": ("confirmation-can-be-repeated", _from(2, CONFIRM, _saying(4))),
    "received leads refused": ("received-leads-can-be-acknowledged", _from(1, ACKNOWLEDGE, _saying(4))),
    "leads acknowledged early": ("leads-in-progress-cannot-be-acknowledged", _from(1, ACKNOWLEDGE, _saying(1))),
    "unknown leads confirmed": ("unknown-leads-are-refused", _from(1, CONFIRM, _saying(1))),
    "unknown leads acknowledged": ("unknown-leads-are-refused", _from(1, ACKNOWLEDGE, _saying(1))),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_the_cycle_is_reported(defect, api):
    rule, spoil = DEFECTS[defect]
    told = ScriptedScenarios(api, "leadbank").play(rule, spoil)
    assert isinstance(told, CheckFailure)
    assert told.rule == rule
    assert told.operation in ("getLeads", "validateGetLeads", "sendAcknos")
    assert told.exchange.url.startswith("http://127.0.0.1:4010/api/leads")


@pytest.mark.parametrize("body", [{"Status": 1, "Message": ""}, {"Leads": ["one"]}, "<html>", None])
def test_an_answer_that_lacks_what_is_needed_keeps_the_cycle_from_being_played(body, api):
    told = ScriptedScenarios(api, "leadbank").play("confirmed-leads-come-no-more", _from(1, LEADS, lambda _: body))
    assert isinstance(told, CoverageGap)
    assert told.fails
    assert told.text.startswith("scenarios that need the response to getLeads were not played: the response")


def test_without_leads_the_cycle_is_not_played(api):
    told = ScriptedScenarios(api, "leadbank", {"leads": 0}).play("same-leads-until-confirmed")
    assert told == CoverageGap("same-leads-until-confirmed was not played: no lead is ready to be sent", fails=False)


def test_a_provider_that_takes_acknowledgements_early_by_setting_is_not_held_to_the_position(api):
    told = ScriptedScenarios(api, "leadbank", {"acknos": "any"}).play("leads-in-progress-cannot-be-acknowledged")
    assert isinstance(told, CoverageGap)
