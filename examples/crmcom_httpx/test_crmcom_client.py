"""Contract tests of the client, in process: httpx is answered for the URL that the client has in production."""

import os

import pytest

from crmcom_client import BASE_URL, CrmCom, Refused
from crmcom_mistakes import MISTAKES

Client = MISTAKES[os.environ["MISTAKE"]] if "MISTAKE" in os.environ else CrmCom
ELENI = ("Eleni", "Christou", "eleni.christou@example.com", 3)


@pytest.fixture
def client(crmcom_offline):
    crmcom_offline.at(BASE_URL.removesuffix("/crmapi/rest/v2"))
    with Client("demo", "demo", "demo") as client:
        yield client


def test_creates_a_lead(client, crmcom_offline):
    number = client.create_lead(*ELENI)
    [stored] = crmcom_offline.records("leads")
    assert stored["number"] == number


def test_logs_in_once_for_several_leads(client, crmcom_offline):
    client.create_lead(*ELENI)
    client.create_lead("Nikos", "Georgiou", "nikos@example.com", 1)
    assert [each.operation for each in crmcom_offline.requests].count("crmcom.createToken") == 1


def test_renews_a_token_that_is_over(client, crmcom_offline):
    client.create_lead(*ELENI)
    crmcom_offline.clock.advance(2 * 60 * 60)
    client.create_lead("Nikos", "Georgiou", "nikos@example.com", 1)
    assert len(crmcom_offline.records("leads")) == 2


def test_logs_in_again_after_a_logout(client, crmcom_offline):
    client.create_lead(*ELENI)
    client.log_out()
    client.create_lead("Nikos", "Georgiou", "nikos@example.com", 1)
    assert len(crmcom_offline.records("leads")) == 2


def test_tells_of_a_refusal_although_the_status_is_200(client, crmcom_offline):
    crmcom_offline.respond(operation="createLead", example="lead_type_unknown")
    with pytest.raises(Refused):
        client.create_lead(*ELENI)
    assert crmcom_offline.records("leads") == []
