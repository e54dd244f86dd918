"""Contract tests of the client, against a mock of the CRM."""

import os
from datetime import date

import pytest

from config_api_client import ConfigApi, Refused, Unavailable
from config_api_mistakes import MISTAKES

Client = MISTAKES[os.environ["MISTAKE"]] if "MISTAKE" in os.environ else ConfigApi
MAX = ("Max", "Mustermann", "max@example.com")


@pytest.fixture
def client(config_api):
    return Client(config_api.url, config_api.credentials["x-api-key"], sleep=config_api.clock.advance)


def test_creates_a_lead(client, config_api):
    lead_id = client.create_lead(*MAX, born=date(1990, 1, 31))
    [stored] = config_api.records("leads")
    assert stored["id"] == lead_id
    assert stored["leadCustomer"]["dateOfBirth"] == "1990-01-31"


def test_knows_what_the_studio_wants(client, config_api):
    modes = {"addressMode": "OPTIONAL", "dateOfBirthMode": "MANDATORY", "genderMode": "INACTIVE"}
    config_api.settings(lead_config={**modes, "telephoneMode": "OPTIONAL", "additionalInformation": []})
    assert client.mandatory() == {"dateOfBirth"}


def test_tells_which_member_is_refused(client):
    client.create_lead(*MAX)
    with pytest.raises(Refused) as refused:
        client.create_lead(*MAX)
    assert refused.value.reference == "leadCustomer.email"


def test_waits_for_as_long_as_it_is_told(client, config_api):
    config_api.settings(rate_limit="1/60", retry_after="on")
    client.create_lead(*MAX)
    client.create_lead("Erik", "Muster", "erik@example.com")
    assert [each.status for each in config_api.requests] == [200, 429, 200]


def test_gives_up_in_the_end(client, config_api):
    config_api.respond(operation="createLead", status=429, headers={"Retry-After": "5"}, times=3)
    with pytest.raises(Unavailable):
        client.create_lead(*MAX)
    assert len(config_api.requests) == 3


@pytest.mark.parametrize("answer", [{"status": 500}, {"fault": "CONNECTION_RESET_BY_PEER"}], ids=str)
def test_tells_that_the_crm_is_unavailable(client, config_api, answer):
    config_api.respond(operation="createLead", **answer)
    with pytest.raises(Unavailable):
        client.create_lead(*MAX)
