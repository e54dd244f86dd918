"""Which members of an answer a client reads is found out in few runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from crm_contracts.clients.fuzz.field_usage import FieldUsage, run_together
from crm_contracts.clients.model import RunResult
from tests.clients.fuzz.fakes import CASES, Fake, body_of, start

LEAD = start("created", "crmcom.createLead")


def reading(client, example=LEAD):
    """Return what a client reads, which is a function from a body to an exit code, and how many runs that took."""
    fake = Fake(lambda case: RunResult(client(body_of(case.response)), requests=1, delivered=1))
    usual = fake.run_all([CASES.unmodified(example)] * 2)
    (read,) = run_together([FieldUsage(example, CASES, usual).members()], fake.run_all)
    return read, len(fake.runs) - 2


def test_a_member_that_makes_a_difference_is_read_and_what_stands_around_it():
    read, runs = reading(lambda body: 0 if "number" in body.get("data", {}) else 75)
    assert read == [("data",), ("data", "number")]
    assert runs < 35


def test_what_makes_no_difference_is_not_read():
    assert reading(lambda _: 0) == ([], 8)


def test_members_far_below_are_found():
    def client(body):
        return 0 if body.get("data", {}).get("status", {}).get("name") else 65

    read, _ = reading(client)
    assert read[-1] == ("data", "status", "name")


def test_members_of_the_first_entry_of_an_array_are_found():
    batch = start("leads", "leadbank.getLeads")
    read, _ = reading(lambda body: 0 if all("IDLeadBank" in lead for lead in body.get("Leads", [{}])) else 75, batch)
    assert ("Leads", "*", "IDLeadBank") in read


def printing(show):
    """Return what a client reads that always ends alike, by what it prints."""
    fake = Fake(lambda _: RunResult(0, requests=1, delivered=1))

    def run_all(cases):
        return [replace(result, printed=show(body_of(result.case.response))) for result in fake.run_all(cases)]

    usual = run_all([CASES.unmodified(LEAD)] * 2)
    (read,) = run_together([FieldUsage(LEAD, CASES, usual).members()], run_all)
    return read


def test_what_a_client_prints_makes_a_difference():
    assert printing(lambda body: body.get("data", {}).get("number", "")) == [("data",), ("data", "number")]


def test_what_a_client_prints_makes_none_if_it_varies_by_itself():
    times = count()
    assert printing(lambda _: str(next(times))) == []


def test_a_member_that_may_be_absent_is_found_by_an_odd_value():
    def client(body):
        modes = [field.get("mode", "OPTIONAL") for field in body.get("additionalInformation", [])]
        return 0 if all(mode in ("OPTIONAL", "MANDATORY", "INACTIVE") for mode in modes) else 1

    read, runs = reading(client, start("lead_config", "config_api.getLeadConfig"))
    assert read == [("additionalInformation",), ("additionalInformation", "*"), ("additionalInformation", "*", "mode")]
    assert runs < 35


def test_what_is_read_of_several_responses_is_found_out_at_the_same_time():
    fake = Fake(lambda case: RunResult("number" in str(body_of(case.response)), requests=1, delivered=1))
    examples = (LEAD, start("lead_config", "config_api.getLeadConfig"))

    def found_out(*chosen):
        sizes = []

        def run_all(cases):
            sizes.append(len(cases))
            return fake.run_all(cases)

        usages = [FieldUsage(each, CASES, fake.run_all([CASES.unmodified(each)])) for each in chosen]
        return run_together([each.members() for each in usages], run_all), sizes

    (one, first), (other, second) = (found_out(each) for each in examples)
    assert one + other == found_out(*examples)[0]
    together = found_out(*examples)[1]
    assert (len(together), sum(together)) == (max(len(first), len(second)), sum(first) + sum(second))
