from __future__ import annotations

import pytest

from tests.vendors.config_api.causes import KEY, URLS, call, create, lead


def test_created_lead_is_stored_with_its_customer(api):
    mock = api("config_api")

    answer = create(mock, lead(notes="Free trials")).json()

    (stored,) = mock.records("leads")
    assert {name: stored[name] for name in answer} == answer
    assert (stored["notes"], stored["createdAt"]) == ("Free trials", "2026-01-31T12:00:00+00:00")
    customer = mock.records("customers")[-1]
    assert (customer["customerId"], customer["email"]) == (answer["customerId"], "max@example.com")


def test_a_lead_and_its_request_have_one_time(api):
    mock = api("config_api", now=None)

    create(mock)

    assert mock.records("leads")[0]["createdAt"] == mock.last_entry().at


def test_created_leads_have_identifiers_of_their_own(api):
    mock = api("config_api")

    answers = [create(mock, lead(f"max.{number}@example.com")).json() for number in range(3)]

    for name in ("id", "customerId", "uuid", "customerNumber"):
        assert len({answer[name] for answer in answers}) == 3


def test_identifiers_that_are_taken_are_not_given_again(api):
    seeded = {"leads": [{"id": 1246358530}], "customers": [{"customerId": 9876543211, "email": "a@example.com"}]}
    mock = api("config_api", records={"config_api": seeded})

    answer = create(mock).json()

    assert (answer["id"], answer["customerNumber"]) == (1246358532, "1-4141")
    assert len(mock.records("leads")) == 2


@pytest.mark.parametrize("email", ["max@example.com", "MAX@Example.com"])
def test_second_lead_of_a_customer_is_a_duplicate(api, email):
    mock = api("config_api")
    create(mock)

    answer = create(mock, lead(email))

    assert (answer.status_code, answer.json()["reference"]) == (400, "leadCustomer.email")
    assert "sl-violations" not in answer.headers
    assert len(mock.records("leads")) == 1


def test_email_is_not_checked_for_its_syntax(api):
    assert create(api("config_api"), lead("no address at all")).status_code == 200


@pytest.mark.one_process  # which of two is the second is open where each goes to another process
def test_of_two_creations_at_once_the_second_is_refused(api):
    mock = api("config_api", settings={"config_api.latency_ms": 20})
    request = {"method": "POST", "url": URLS["createLead"], "headers": KEY, "json": lead()}
    other = {**request, "json": lead("other@example.com")}

    answers = mock.send_together(request, {**request, "json": lead("MAX@example.com")}, other)

    assert [each.status_code for each in answers] == [200, 409, 200]
    assert len(mock.records("leads")) == 2
    assert create(mock).json()["errorCode"] == "errormessage.customer.duplicate"


def test_refused_lead_changes_nothing(api):
    mock = api("config_api")
    customers = mock.records("customers")

    create(mock, lead(externalIdentifier="CMPGN-999"))
    create(mock, {})

    assert (mock.records("leads"), mock.records("customers")) == ([], customers)
    assert create(mock).json()["id"] == 1246358530


def test_validation_stores_nothing(api):
    mock = api("config_api")

    assert call(mock, "validateLead", json=lead()).json() == {"status": "POSSIBLE"}
    assert call(mock, "validateLead", json=lead()).json() == {"status": "POSSIBLE"}
    assert mock.records("leads") == []


def test_validation_knows_created_customers(api):
    mock = api("config_api")
    create(mock)

    assert call(mock, "validateLead", json=lead("MAX@example.com")).json() == {"status": "DUPLICATE_CUSTOMER"}


def test_invalid_data_go_before_a_duplicate(api):
    body = lead("erika.mustermann@example.com", externalIdentifier="CMPGN-999")

    assert call(api("config_api"), "validateLead", json=body).json() == {"status": "INVALID_LEAD_DATA"}


def test_campaigns_are_records(api):
    mock = api("config_api", records={"config_api": {"campaigns": [{"externalIdentifier": "SUMMER"}]}})

    assert create(mock, lead(externalIdentifier="SUMMER")).status_code == 200


def test_forced_answer_stores_nothing(api):
    mock = api("config_api")

    answer = create(mock, headers={**KEY, "prefer": "code=200"})

    assert answer.json()["uuid"] == "2340b1cc-3fe7-4f81-8eca-f92181dd2bb4"
    assert mock.records("leads") == []


@pytest.mark.parametrize("member", ["firstname", "lastname", "email"])
def test_magic_word_is_found_in_email_and_last_name_only(api, member):
    body = lead()
    body["leadCustomer"][member] = "mock-rate_limit_exceeded"

    assert create(api("config_api"), body).status_code == (200 if member == "firstname" else 429)


@pytest.mark.parametrize("operation", URLS)
def test_generated_answers_fit_the_contract_and_follow_the_seed(api, operation):
    mock = api("config_api")
    documented = mock.app.mock_app.contracts["config_api"].operations[operation]
    for outcome in documented.outcomes.values():
        headers = {**KEY, "prefer": f"example={outcome.name}, dynamic=true"}
        bodies = [
            call(mock, operation, {**headers, "prefer": f"{headers['prefer']}, seed={seed}"}).json()
            for seed in (1, 1, 2)
        ]
        validator = documented.responses[outcome.status].validators["application/json"]
        assert all(map(validator.is_valid, bodies))
        assert bodies[0] == bodies[1]
        assert (bodies[0] != bodies[2]) or "status" in bodies[0]


def test_starting_customers_are_made_up_by_the_seed(api):
    settings = {"config_api.customers": 20}
    first, again = (api("config_api", settings=settings).records("customers") for _ in range(2))

    assert first == again
    assert len({each["email"] for each in first}) == 21
    known = call(api("config_api", settings=settings), "validateLead", json=lead(first[-1]["email"]))
    assert known.json() == {"status": "DUPLICATE_CUSTOMER"}


def test_same_requests_get_the_same_bytes(api):
    answers = []
    for _ in range(2):
        mock = api("config_api")
        answers.append(
            [(each.headers.raw, each.content) for each in (create(mock), create(mock), call(mock, "getLeadConfig"))]
        )

    assert answers[0] == answers[1]


@pytest.mark.parametrize("member", ["firstname", "lastname", "email"])
def test_an_empty_string_is_a_value_of_a_required_member(api, member):
    body = lead()
    body["leadCustomer"][member] = ""
    assert create(api("config_api"), body).status_code == 200


def test_an_empty_string_is_a_value_of_a_mandatory_member(api):
    config = call(api("config_api"), "getLeadConfig").json()
    mock = api("config_api", settings={"config_api.lead_config": {**config, "telephoneMode": "MANDATORY"}})
    body = lead()
    body["leadCustomer"]["telephone"] = ""
    assert create(mock, body).status_code == 200


def test_an_empty_identifier_names_no_campaign(api):
    assert create(api("config_api"), lead(externalIdentifier="")).status_code == 404


def test_a_date_of_birth_may_be_in_the_future(api):
    body = lead()
    body["leadCustomer"]["dateOfBirth"] = "2999-12-31"
    assert create(api("config_api"), body).status_code == 200
