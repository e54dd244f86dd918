"""One finding for each broken rule, however many requests, statuses and operations show it."""

from __future__ import annotations

import json
from dataclasses import replace

from crm_contracts.judge.allow import names_for
from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.broken_rules import merged_by_rule
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import SCENARIO, CheckFailure
from crm_contracts.providers.verify.provider import contract_of

URL = "http://provider.example.com"
JSON = ("Content-Type", "application/json")
HEADERS = (JSON, ("x-api-key", "demo-key"))
CREATED = {"id": 1, "customerId": 2, "uuid": "2340b1cc-3fe7-4f81-8eca-f92181dd2bb4", "customerNumber": "1-1"}
VALID = {"firstname": "Max", "lastname": "M", "email": "m@example.com"}


def exchange(operation, customer, status=200, response=None):
    """Return an exchange with a lead of a customer."""
    body = response or (CREATED if operation == "create" else {"status": "POSSIBLE"})
    return Exchange(
        "POST",
        f"{URL}/v1/leads/{operation}",
        HEADERS,
        json.dumps({"leadCustomer": customer}).encode(),
        status,
        (JSON,),
        json.dumps(body).encode(),
    )


def refused(operation, customer):
    return exchange(operation, customer, 400, {"errorMessage": "no"})


def findings(*observations):
    """Return the failing findings by rule and place, with the operations that show them."""
    judge = ObservationJudge("config_api", URL, {}, {}, "a provider")
    judge.add(observations)
    verdict = merged_by_rule(judge.verdict(), contract_of("config_api", {}))
    return {(each.rule, ".".join(each.location)): each for each in verdict.failing}


def test_an_accepted_violation_is_one_finding_at_its_place_for_all_operations():
    wrong = [{**VALID, "dateOfBirth": text} for text in ("soon", "2026-02-30", "")]
    found = findings(*(exchange(operation, each) for each in wrong for operation in ("create", "validate")))
    [(key, finding)] = found.items()
    assert key == ("accepted-invalid", "body.leadCustomer.dateOfBirth")
    assert finding.count == 6
    assert "must be a date such as 2018-04-09" in finding.message
    assert names_for(finding) == ("config_api.createLead:accepted-invalid", "config_api.validateLead:accepted-invalid")


def test_two_places_are_two_findings():
    found = findings(
        exchange("create", {**VALID, "dateOfBirth": "soon"}), exchange("create", {**VALID, "gender": "ROBOT"})
    )
    assert {place for _, place in found} == {"body.leadCustomer.dateOfBirth", "body.leadCustomer.gender"}


def test_a_request_with_several_violations_is_explained_by_those_that_are_accepted_alone():
    found = findings(
        exchange("create", {**VALID, "dateOfBirth": "soon", "gender": "ROBOT"}),
        exchange("create", {**VALID, "dateOfBirth": "soon"}),
    )
    assert {place for _, place in found} == {"body.leadCustomer.dateOfBirth"}


def test_a_request_with_several_violations_is_explained_by_those_that_are_not_checked():
    found = findings(
        exchange("create", {**VALID, "dateOfBirth": "soon", "gender": "ROBOT"}),
        refused("create", {**VALID, "dateOfBirth": "soon"}),
    )
    assert {place for _, place in found} == {"body.leadCustomer.gender"}


def test_1_0_is_an_integer():
    lead = {"leadCustomer": VALID, "additionalInformation": [{"additionalFieldId": 1246357240.0, "value": "Friends"}]}
    accepted = exchange("create", VALID)
    assert not findings(replace(accepted, request_body=json.dumps(lead).encode()))


def test_a_wrong_error_body_is_one_finding_for_all_statuses_and_operations():
    wrong = {"message": "no"}
    found = findings(
        *(exchange(each, VALID, status, wrong) for each in ("create", "validate") for status in (400, 403))
    )
    [(key, finding)] = found.items()
    assert key == ("required", "body.errorMessage")
    assert {response.status for response in finding.responses} == {400, 403}
    assert "config_api.validateLead 403" in finding.cause


def test_an_undocumented_status_is_one_finding_and_hides_what_follows_from_it():
    shown = exchange("create", VALID, 201)
    failed = CheckFailure("createLead", "a-scenario", "answered 201", shown, SCENARIO)
    assert set(findings(shown, failed)) == {("undocumented-status", "status")}


def test_a_refusal_by_a_malformed_success_is_not_reported_beside_it():
    shown = exchange("create", VALID, 200, {**CREATED, "id": "1"})
    failed = CheckFailure("createLead", "refused-valid", "refused", shown)
    assert set(findings(shown, failed)) == {("type", "body.id")}


def test_a_violation_of_the_alternative_that_was_meant_is_found_at_the_member():
    judge = ObservationJudge("crmcom", URL, {}, {}, "a provider")
    error = {"code": "COM.CRM.EXCEPTION.SECURITY.XEXCEPTION", "message": "no", "description": "no"}
    for name in ("token", "token/release"):
        body = json.dumps({"status": error, "data": None}).encode()
        url = f"{URL}/crmapi/rest/v2/authentication/{name}"
        judge.add([Exchange("POST", url, (JSON,), b"{}", 200, (JSON,), body)])
    [finding] = merged_by_rule(judge.verdict(), contract_of("crmcom", {})).failing
    assert (finding.rule, finding.location, finding.count) == ("type", ("body", "data"), 2)
