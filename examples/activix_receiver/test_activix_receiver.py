"""Contract tests of the receiver: it must answer the documented bodies as the mock does."""

import os

import httpx
import pytest

from activix_mistakes import MISTAKES
from activix_receiver import Receiver

Service = MISTAKES[os.environ["MISTAKE"]] if "MISTAKE" in os.environ else Receiver
BASIC = ("activix", "activix-secret")
PATH = "/activix/leads"


@pytest.fixture
def receiver():
    return Service({44, 66}, *BASIC)


@pytest.fixture
def push(receiver):
    http = receiver.app().test_client()
    return lambda lead, auth=BASIC: http.post(PATH, json=lead, auth=auth)


@pytest.fixture
def reference(activix_offline):
    """The receiver as documented."""
    return lambda lead: httpx.post(activix_offline.url + PATH, json=lead, auth=BASIC)


@pytest.fixture
def documented(activix_offline):
    """The contract's example bodies by name."""
    contract = httpx.get(activix_offline.url + "/openapi/activix.json").json()
    content = contract["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]
    return {name: example["value"] for name, example in content["examples"].items()}


@pytest.mark.crm_mocks(allow=["activix.createLead:422"])
def test_takes_over_every_documented_lead(documented, push, reference):
    wrong, tried = [], 0
    for name, lead in documented.items():
        expected = reference(lead)
        if expected.status_code == 200:
            tried += 1
            answer = push(lead)
            if (answer.status_code, answer.text) != (200, expected.text):
                wrong.append(f"{name}: answered {answer.status_code} {answer.text}")
    assert tried >= 7
    assert not wrong, "\n".join(wrong)


def test_refuses_the_lead_of_an_unknown_account(documented, push, reference, receiver):
    lead = documented["unknown_account"]
    expected = reference(lead)
    answer = push(lead)
    assert (answer.status_code, answer.json) == (expected.status_code, expected.json())
    assert receiver.leads == {}


def test_takes_a_change_over(documented, push, receiver):
    lead = documented["created"]
    push(lead)
    push({**lead, "first_name": "Jane"})
    assert receiver.leads[lead["id"]]["first_name"] == "Jane"


def test_takes_nothing_over_from_others(documented, push, receiver):
    assert push(documented["created"], auth=("activix", "wrong")).status_code == 401
    assert receiver.leads == {}


def test_passes_the_full_examination(activix_sender, receiver):
    known = dict(zip(("username", "password"), BASIC, strict=True))
    activix_sender.to_wsgi(
        receiver.app(), credentials=known, lookup=lambda lead: receiver.leads.get(int(lead))
    ).examine()
