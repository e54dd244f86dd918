"""The sender: its bodies, its credentials, and the cases that examine a receiver."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.settings import changed
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor import load_vendor
from crm_mocks.vendor.sender import SenderContext, sender_type
from tests.vendors.activix.causes import LEADS
from tests.vendors.activix.test_credentials import VECTOR_BODY, VECTOR_DIGEST, VECTOR_KEY

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
BASIC = {"username": "activix", "password": "activix-secret"}
OAUTH2 = {
    "token_url": "http://127.0.0.1:4010/activix/oauth/token",
    "client_id": "activix",
    "client_secret": "activix-secret",
}
SIGNATURE = {"signature_key": "a-key"}
UNPROVOKED = {"created_message", "token_expired", "server_error"}


def made(credentials=(), seed=1, now=NOW, **settings):
    vendor = load_vendor("activix")
    named = {f"activix.{name}": value for name, value in settings.items()}
    chosen = changed({"activix": vendor.settings_type()}, named, starting=True)["activix"]
    contract = vendor.contract_file.in_force(chosen)
    return sender_type("activix")(
        SenderContext(
            contract, vendor.contract_file.document, chosen, dict(credentials), SeededValues(seed, "push"), now
        )
    )


def schemas():
    return load_vendor("activix").contract_file.document["components"]["schemas"]


def test_the_vendors_vector_is_signed_as_the_vendor_does():
    sender = made({"signature_key": VECTOR_KEY})
    push = sender.push(json.loads(VECTOR_BODY))
    assert push.body == VECTOR_BODY
    assert sender.authentication(push.body, "") == (("X-Activix-Signature", VECTOR_DIGEST),)


def test_bodies_are_written_as_the_vendor_writes_them():
    body = made().push({"id": 1, "first_name": "Zoé", "source": "a/b", "rate": 3.9, "sold": None}).body
    assert body == rb'{"id":1,"first_name":"Zo\u00e9","source":"a\/b","rate":3.9,"sold":null}'


@pytest.mark.parametrize("kind", ["example", "generated"])
def test_every_key_is_sent_and_blank_ones_are_null(kind):
    sender = made()
    lead = sender.example() if kind == "example" else sender.generated(1)
    assert lead.keys() == schemas()["Lead"]["properties"].keys()
    assert lead["vehicles"][0].keys() == schemas()["Vehicle"]["properties"].keys()
    assert None in lead.values()


def test_the_example_is_that_of_the_documents():
    lead = made().example()
    assert (lead["id"], lead["last_name"], lead["account"]["name"]) == (3387562, "Doe", "Riverwood Motors")


@pytest.mark.parametrize(("known", "expected"), [([44, 66], 66), ([7], 7), ([8, 7], 8)])
def test_the_example_has_the_documented_account_or_one_that_the_receiver_knows_in_both_places(known, expected):
    example = made(known_accounts=known).example()
    assert (example["account"]["id"], example["account_id"]) == (expected, expected)


def test_the_case_created_is_the_body_of_the_push_document_except_for_ids():
    contract = made().context.contract
    _, documented = contract.operations["createLead"].body.examples["created"]
    (push,) = next(case for case in made().cases() if case.name == "created").pushes
    sent = json.loads(push.body)
    assert list(sent) == list(documented)
    assert sent["account"] == documented["account"]
    linked = {name: [{**each, "lead_id": 0} for each in documented[name]] for name in ("emails", "phones", "vehicles")}
    resent = {name: [{**each, "lead_id": 0} for each in sent[name]] for name in linked}
    assert sent | resent | {"id": 0} == documented | linked | {"id": 0}


def test_cases_name_the_account_of_the_lead_that_was_accepted():
    accepted = {"id": 1, "account_id": 44, "account": {"id": 44}, "first_name": "John"}
    cases = {case.name: case.pushes[0].body for case in made().cases(accepted)}
    leads = [json.loads(cases[name]) for name in ("new-lead", "created", "created-blank-attributes")]
    assert {lead["account"]["id"] for lead in leads} == {44}


def test_only_the_cases_about_accounts_name_it_in_one_place_or_differently():
    cases = {
        case.name: json.loads(push.body)
        for case in made().cases()
        for push in case.pushes
        if push.body.startswith(b"{") and push.body.endswith(b"}")
    }
    linked = {name: (lead.get("account") or {}).get("id") for name, lead in cases.items()}
    different = {name for name, lead in cases.items() if lead.get("account_id") != linked[name]}
    assert different == {"created", "account-as-object", "account-as-id", "accounts-differ", "account-as-text"}


def test_cases_start_from_the_lead_that_was_accepted():
    accepted = {"id": 1, "account_id": 44, "account": {"id": 44}, "first_name": "John"}
    cases = {case.name: case for case in made().cases(accepted)}
    (push,) = cases["no-content-type"].pushes
    assert json.loads(push.body) == {**accepted, "id": int(push.record)}
    ((_, value),) = [each for each in cases["wrong-password"].pushes[0].headers if each[0] == "Authorization"]
    assert value
    assert json.loads(cases["wrong-password"].pushes[0].body).keys() == accepted.keys()


def test_the_first_candidate_is_the_smallest():
    sizes = [len(made().push(lead).body) for lead in made().candidates()]
    assert sizes[0] == min(sizes)
    assert len({lead["id"] for lead in made().candidates()}) == len(sizes)


def test_each_known_account_is_tried_with_a_small_lead():
    small = [lead for lead in made().candidates() if "address_line1" not in lead]
    assert [lead["account_id"] for lead in small] == [66, 44]


@pytest.mark.parametrize("name", ["first-name", "last-name", "email", "phone", "vehicle"])
def test_blank_members_that_no_example_has_are_null_in_a_case(name):
    cases = {case.name: case for case in made().cases()}
    case = cases.get(f"{name}-null") or cases[f"{name}-blank"]
    assert case.position == "activix-blank-fields"
    lead = json.loads(case.pushes[0].body)
    blank = lead if name.endswith("name") else lead[f"{name}s"][0]
    assert None in [
        value for key, value in blank.items() if key in (name.replace("-", "_"), "address", "number", "make")
    ]


def test_a_token_in_the_url_replaces_the_credential_cases():
    sender = made({"url_token": "a-token"})
    assert sender.authentication(b"", "") == ()
    names = {case.name: case.pushes[0].url_token for case in sender.cases()}
    assert {name: token for name, token in names.items() if token is not None} == {
        "url-token-missing": "",
        "url-token-wrong": "a-token-wrong",
    }
    assert "wrong-password" not in names


def test_a_supplied_lead_is_completed_and_keeps_its_members():
    lead = made().completed({"id": 1, "vehicles": [{"year": 2018, "own": 1}], "own": "x"})
    assert (lead["id"], lead["own"], lead["status"]) == (1, "x", None)
    assert lead["vehicles"][0]["year"] == 2018
    assert lead["vehicles"][0]["comment"] is None
    assert "id" not in lead["vehicles"][0]


@pytest.mark.parametrize(
    "named", [{"account_id": 44}, {"account": {"id": 44}}, {"account_id": None, "account": {"id": 44}}]
)
def test_a_supplied_lead_names_its_account_in_both_places(named):
    lead = made().completed({"id": 1, **named})
    assert (lead["account_id"], lead["account"]["id"]) == (44, 44)


def test_a_supplied_lead_that_names_two_accounts_keeps_them():
    lead = made().completed({"id": 1, "account_id": 44, "account": {"id": 66}})
    assert (lead["account_id"], lead["account"]["id"]) == (44, 66)


@pytest.mark.parametrize("named", [{}, {"account": {"name": "Riverwood"}}])
def test_a_supplied_lead_without_account_gets_none(named):
    assert made().completed({"id": 1, **named})["account_id"] is None


def test_no_case_has_a_null_account_id_beside_an_account():
    for case in made().cases():
        for push in case.pushes:
            if push.body.startswith(b"{") and push.body.endswith(b"}"):
                lead = json.loads(push.body)
                assert lead.get("account_id", 0) is not None or not lead["account"], case.name


def test_time_stamps_are_written_with_their_offset():
    lead = made().completed({"id": 1, "created_at": "2018-04-09T18:05:00Z", "source": "Z"})
    assert (lead["created_at"], lead["source"]) == ("2018-04-09T18:05:00+00:00", "Z")


@pytest.mark.parametrize("record", [[], "lead", 1, None])
def test_what_is_no_object_is_no_lead(record):
    with pytest.raises(UsageError, match="a lead is a JSON object"):
        made().completed(record)


def test_the_same_seed_and_time_give_the_same_requests():
    first, second = ([push for case in made(seed=3).cases() for push in case.pushes] for _ in range(2))
    assert first == second
    assert first != [push for case in made(seed=4).cases() for push in case.pushes]


def test_without_credentials_those_of_the_demo_are_sent():
    assert made().authentication(b"", "") == made(BASIC).authentication(b"", "")


def test_a_token_that_was_issued_is_sent():
    assert made(OAUTH2).authentication(b"", "abc") == (("Authorization", "Bearer abc"),)


def test_a_supplied_token_is_sent():
    sender = made({"token": "abc"})
    assert sender.token_request() is None
    assert sender.authentication(b"", "") == (("Authorization", "Bearer abc"),)


def test_the_header_may_have_its_other_name():
    sender = made({**BASIC, "header": "Authentication"})
    ((name, value),) = sender.authentication(b"", "")
    assert name == "Authentication"
    cases = {case.name: case for case in sender.cases()}
    assert ("Authorization", value) in cases["authorization-header"].pushes[0].headers
    assert "Authentication" in dict(cases["wrong-password"].pushes[0].headers)


def test_the_setting_for_the_signature_is_the_credential():
    assert made(signature_key="a-key").authentication(b"x", "") == made(SIGNATURE).authentication(b"x", "")


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ({"username": "a"}, "not complete: password missing"),
        ({"token_url": "http://a", "client_id": "a"}, "not complete: client_secret missing"),
        ({**BASIC, "token": "a"}, "more than one kind"),
        ({"username": "a:b", "password": "c"}, "username has a character"),
        ({"token": "a\nb"}, "token has a character"),
        ({"token": "é"}, "ASCII"),
        ({**BASIC, "header": "Cookie"}, "must be Authorization or Authentication"),
        ({**OAUTH2, "token_url": "ftp://a"}, "token_url must be"),
    ],
)
def test_credentials_that_cannot_be_used_are_refused(credentials, said):
    with pytest.raises(UsageError, match=said):
        made(credentials)


def test_without_known_accounts_nothing_can_be_sent():
    with pytest.raises(UsageError, match=r"activix\.known_accounts is empty"):
        made(known_accounts=[])


@pytest.mark.parametrize("credentials", [BASIC, OAUTH2, SIGNATURE, {"token": "a"}], ids=str)
def test_cases_have_names_of_their_own(credentials):
    names = [case.name for case in made(credentials).cases()]
    assert len(names) == len(set(names))


def test_the_cases_are_about_every_documented_answer():
    sent = {
        (push.operation or "createLead", outcome)
        for credentials in (BASIC, OAUTH2, SIGNATURE)
        for case in made(credentials).cases()
        for push in case.pushes
        for outcome in push.outcomes
    }
    operations = made().context.contract.operations.values()
    documented = {(each.id, name) for each in operations for name, one in each.outcomes.items() if not one.protocol}
    assert {each for each in documented - sent if each[1] not in UNPROVOKED} == set()


def test_every_documented_value_is_sent():
    case = next(each for each in made().cases() if each.name == "every-documented-value")
    leads = [json.loads(push.body) for push in case.pushes]
    sent = {
        "Lead": leads,
        **{name: [lead[f"{name.lower()}s"][0] for lead in leads] for name in ("Email", "Phone", "Vehicle")},
    }
    for schema, objects in sent.items():
        for name, node in schemas()[schema]["properties"].items():
            if "enum" in node:
                assert {each[name] for each in objects} == set(node["enum"]), name


def test_with_open_lists_other_values_are_to_be_accepted():
    cases = {case.name: case for case in made(open_enums=True).cases()}
    assert "invalid-value" not in cases
    assert cases["later-value"].pushes[0].outcomes == ("created",)


@pytest.mark.parametrize(
    ("credentials", "settings"), [(BASIC, {}), (SIGNATURE, {"signature_key": "a-key"}), (BASIC, {"open_enums": True})]
)
def test_the_mock_answers_each_case_as_it_must(api, credentials, settings):
    sender = made(credentials, **settings)
    mock = api("activix", settings={f"activix.{name}": value for name, value in settings.items()})
    operation = sender.context.contract.operations["createLead"]
    for case in sender.cases():
        for push in case.pushes:
            proof = sender.authentication(push.body, "") if push.authentic else ()
            answer = mock.post(LEADS, content=push.body, headers=[*push.headers, *proof])
            assert {operation.outcomes[wanted].status for wanted in push.outcomes} == {answer.status_code}, case.name
            came = mock.last_entry().outcome
            assert {came, "created"} & set(push.outcomes), case.name


def test_vendors_that_wait_for_their_clients_do_not_send():
    with pytest.raises(UsageError, match=r"leadbank does not send: .*; those that send are activix"):
        sender_type("leadbank")


def test_the_position_of_a_case_exists():
    sender = made()
    named = {case.position for case in sender.cases() if case.position}
    assert named
    assert named <= set(sender.context.contract.positions)
