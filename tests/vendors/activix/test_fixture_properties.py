"""The parts of a generated lead agree with one another, whatever seed, number and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.contract import ContractFile
from crm_mocks.fixtures.vehicle import check_digit
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendors.activix.fixtures import LeadMaker
from crm_mocks.vendors.activix.settings import ActivixSettings

CONTRACT = ContractFile("activix").in_force(ActivixSettings())
BODY = CONTRACT.operations["createLead"].body.media_types["application/json"]
SCHEMAS = CONTRACT.document["components"]["schemas"]
ACCOUNTS = (44, 66)
ROLES = ("advisor", "bdc", "commercial", "service_advisor", "service_agent")
AREAS = {"QC": "GHJ", "ON": "KLMNP"}
SEEDS = st.integers(0, 2**63)
NUMBERS = st.integers(1, 100_000)
TIMES = st.integers(946_684_800, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""From 2000 to 2089, in whole seconds as a session's clock."""
CASES = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def made(seed: int, number: int, now: datetime) -> dict[str, Any]:
    return LeadMaker(SCHEMAS, SeededValues(seed, "default"), ACCOUNTS).make(number, now)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_a_lead_fits_the_contract(seed: int, number: int, now: datetime) -> None:
    assert [error.message for error in BODY.validator.iter_errors(made(seed, number, now))] == []


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_the_identity_of_a_lead_is_of_one_person(seed: int, number: int, now: datetime) -> None:
    lead = made(seed, number, now)

    assert (lead["gender"], lead["sex"], lead["civility"]) in {(1, "M", "mr"), (2, "F", "ms")}
    assert now.date() - timedelta(days=81 * 366) < datetime.fromisoformat(lead["birth_date"]).date() <= now.date()
    assert lead["postal_code"][0] in AREAS.get(lead["province"], lead["postal_code"][0])
    assert lead["country"] == "CA"
    assert all(phone["number"].startswith("+1") for phone in lead["phones"])
    assert (lead["second_contact_civility"] is None) or not lead["business"]


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_no_date_of_a_lead_is_before_its_creation_or_after_now(seed: int, number: int, now: datetime) -> None:
    lead = made(seed, number, now)
    dates = [lead[name] for name in lead if name.endswith("_date") and name != "birth_date" and lead[name]]

    assert moment(lead["created_at"]) <= moment(lead["updated_at"]) <= now
    assert all(moment(lead["created_at"]) <= moment(each) <= moment(lead["updated_at"]) for each in dates)
    assert lead["reached_client"] is (lead["call_date"] is not None)


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_linked_objects_belong_to_the_lead(seed: int, number: int, now: datetime) -> None:
    lead = made(seed, number, now)
    linked = [*lead["emails"], *lead["phones"], *lead["vehicles"]]

    assert {each["lead_id"] for each in linked} == {lead["id"]}
    assert all(moment(lead["created_at"]) <= moment(each["created_at"]) <= now for each in linked)
    assert lead["account_id"] == lead["account"]["id"]
    assert len({lead[role]["id"] for role in ROLES}) == len(ROLES)
    assert {each["verified_by"]["id"] for each in lead["vehicles"] if each["verified_by"]} <= {lead["advisor"]["id"]}


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_the_attributes_of_a_vehicle_agree(seed: int, number: int, now: datetime) -> None:
    lead = made(seed, number, now)

    assert lead["division"] == "service" or lead["vehicles"][0]["type"] == "wanted"
    for vehicle in lead["vehicles"]:
        is_wanted = vehicle["type"] == "wanted"
        assert vehicle["vin"] is None or vehicle["vin"][8] == check_digit(vehicle["vin"])
        assert (vehicle["related_id"] is not None) is is_wanted
        if is_wanted:
            assert vehicle["year_min"] < int(vehicle["year"]) < vehicle["year_max"]
            assert vehicle["budget_min"] < vehicle["price"] < vehicle["budget_max"]
            assert lead["division"] != "new" or (vehicle["year"], vehicle["vin"]) == (str(now.year), None)
        else:
            assert vehicle["balance"] <= vehicle["value"]
            assert vehicle["year_min"] is vehicle["year_max"] is vehicle["price"] is None


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_only_an_active_lead_is_sold_and_its_vehicle_says_so(seed: int, number: int, now: datetime) -> None:
    lead = made(seed, number, now)
    is_sold = lead["sale_date"] is not None

    assert not (is_sold and lead["status"])
    for vehicle in lead["vehicles"]:
        if vehicle["type"] == "wanted":
            assert (vehicle["sold"], vehicle["sold_date"]) == (is_sold, lead["sale_date"])
            assert (vehicle["sold_by"] is not None) is is_sold


@CASES
@given(SEEDS, NUMBERS, TIMES)
def test_a_vehicle_paid_in_cash_has_no_instalments(seed: int, number: int, now: datetime) -> None:
    for vehicle in made(seed, number, now)["vehicles"]:
        if vehicle["type"] == "wanted":
            is_cash = vehicle["modality"] == "cash"
            assert (vehicle["payment_frequency"] == "one_payment") is is_cash
            assert (vehicle["rate"] is None) is (vehicle["term"] is None) is is_cash


@CASES
@given(SEEDS, st.sets(NUMBERS, min_size=2, max_size=4), TIMES)
def test_no_two_leads_share_an_id(seed: int, numbers: set[int], now: datetime) -> None:
    leads = [made(seed, number, now) for number in sorted(numbers)]

    for name in ("emails", "phones", "vehicles"):
        ids = [each["id"] for lead in leads for each in lead[name]]
        assert len(ids) == len(set(ids))
    assert len({lead["id"] for lead in leads}) == len(leads)


@CASES
@given(SEEDS, st.sets(NUMBERS, min_size=2, max_size=4), TIMES)
def test_a_user_or_account_is_the_same_in_every_lead(seed: int, numbers: set[int], now: datetime) -> None:
    seen: dict[tuple[str, int], Any] = {}
    for number in sorted(numbers):
        lead = made(seed, number, now)
        for role in ROLES:
            assert seen.setdefault(("user", lead[role]["id"]), lead[role]) == lead[role]
        assert seen.setdefault(("account", lead["account_id"]), lead["account"]) == lead["account"]
