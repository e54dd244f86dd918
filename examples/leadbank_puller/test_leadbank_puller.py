"""Contract tests of the puller, against a mock of LeadBank."""

import os

import pytest

from leadbank_mistakes import MISTAKES
from leadbank_puller import LeadBankError, Puller

Client = MISTAKES[os.environ["MISTAKE"]] if "MISTAKE" in os.environ else Puller


@pytest.fixture
def received():
    return []


@pytest.fixture
def puller(leadbank, received):
    puller = Client(leadbank.url, received.append)
    yield puller
    puller.close()


def test_hands_each_lead_over_once(puller, leadbank, received):
    while puller.pull(at_most=10):
        pass
    ids = [lead["IDLeadBank"] for lead in received]
    assert len(ids) == len(set(ids)) == len(leadbank.records("leads")) - 1  # one was confirmed before


def test_acknowledges_what_it_has_taken_over(puller, leadbank, received):
    assert puller.pull(at_most=2) == 2
    told = [each["IDLeadBank"] for each in leadbank.records("acknowledgements")]
    assert told == [lead["IDLeadBank"] for lead in received]


def test_takes_a_lead_over_once_when_the_confirmation_is_lost(puller, leadbank, received):
    leadbank.respond(operation="validateGetLeads", fault="EMPTY_RESPONSE")
    with pytest.raises(LeadBankError):
        puller.pull(at_most=2)
    assert puller.pull(at_most=2) == 2
    assert len(received) == 2


def test_has_nothing_to_do_when_there_are_no_leads(puller, leadbank, received):
    leadbank.respond(operation="getLeads", example="no_leads")
    assert puller.pull() == 0
    assert received == []
    assert len(leadbank.requests) == 1
