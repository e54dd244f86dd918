"""Requests that break the contract in the runs of a campaign."""

from __future__ import annotations

from typing import Any

from crm_contracts.clients.observer import ObservedRequest
from crm_contracts.clients.reactions import Reaction, ReactionCollector, reactions_in
from crm_contracts.judge.finding import Finding, Occurrence, ResponseCount, Side, Standing
from crm_contracts.judge.verdict import Verdict

OPERATION = "toy.createContact"


def finding(rule: str = "required", id: str = "s-2", **more: Any) -> Finding:
    occurrences = (Occurrence(id=id, response="400 invalid"),)
    responses = (ResponseCount(400, "invalid", 1),)
    values = {"occurrences": occurrences, "responses": responses, **more}
    return Finding(Side.CLIENT, "toy", OPERATION, rule, ("body", "email"), "is required", **values)


def observed(id: str, *, uses_given: bool = False, **more: Any) -> ObservedRequest:
    values = {
        "at": 0.0,
        "operation": OPERATION,
        "request": "POST /toy/contacts",
        "content": 0,
        "status": 429,
        "outcome": "busy",
        "fault": "",
        "from_queue": False,
        "refused": True,
        "retry_after": 0,
        "early_retry": False,
        "as_documented": False,
        **more,
    }
    return ObservedRequest(id=id, uses_given=uses_given, **values)


def reactions(found: Finding, *requests: ObservedRequest) -> tuple[Reaction, ...]:
    return reactions_in(Verdict(findings=(found,)), requests, "429 busy, once")


def test_a_reaction_names_the_response_that_led_to_it_and_the_run() -> None:
    (reaction,) = reactions(finding(), observed("s-1"), observed("s-2"))
    assert reaction.after == ("429 busy of toy.createContact",)
    assert reaction.finding.first.source == "429 busy, once"


def test_a_fault_may_lead_to_a_reaction() -> None:
    (reaction,) = reactions(finding(), observed("s-1", fault="TIMEOUT"), observed("s-2"))
    assert reaction.after == ("TIMEOUT of toy.createContact",)


def test_the_first_request_of_a_run_follows_no_response() -> None:
    (reaction,) = reactions(finding(id="s-1"), observed("s-1"))
    assert reaction.after == ("",)


def test_what_is_allowed_is_no_reaction() -> None:
    assert reactions(finding(standing=Standing.ALLOWED), observed("s-1"), observed("s-2")) == ()


def test_a_value_of_a_forced_response_that_the_mock_does_not_know_is_not_held_against_the_client() -> None:
    requests = (observed("s-1"), observed("s-2", uses_given=True))
    assert reactions(finding("token_unknown"), *requests) == ()
    assert len(reactions(finding("required"), *requests)) == 1


def test_reactions_of_several_runs_are_one_finding() -> None:
    collector = ReactionCollector()
    for _ in range(2):
        collector.add(reactions(finding(), observed("s-1"), observed("s-2")))
    (reaction,) = collector.reactions
    assert (reaction.finding.count, reaction.finding.responses) == (2, (ResponseCount(400, "invalid", 2),))
    assert len(reaction.after) == len(reaction.finding.occurrences) == 2


def test_early_retries_are_left_to_the_case_that_fails_for_them() -> None:
    collector = ReactionCollector()
    early = reactions(finding("retryAfter"), observed("s-1"), observed("s-2"))
    collector.add(early, judged_by_case=True)
    assert collector.reactions == ()
    collector.add(early)
    assert len(collector.reactions) == 1
