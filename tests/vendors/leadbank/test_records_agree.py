"""Generated leads agree with themselves, whatever the seed, the lead and the time: property-based tests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.contract import ContractFile
from crm_mocks.fixtures.locales import locale
from crm_mocks.vendor import SeededValues, load_vendor
from crm_mocks.vendors.leadbank.dates import paris_offset
from crm_mocks.vendors.leadbank.fixtures import _DATA, LOCALE, make_lead
from crm_mocks.vendors.leadbank.lead_states import LEADS, LeadState

Lead = dict[str, Any]

PROVIDERS: Final = {each["id"]: each for each in _DATA["providers"]}
SERVICES: Final = {each["id"]: each for each in _DATA["services"]}
CITIES: Final = {place.city for place in locale(LOCALE).places}
PATTERN: Final = re.compile(
    ContractFile("leadbank").document["components"]["schemas"]["Lead"]["properties"]["CreateDate"]["pattern"]
)
NOWS: Final = st.integers(1_420_070_400, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""From 2015 to 2034."""


def content(lead: Lead) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in lead["Contents"]}


def moment(text: str) -> datetime:
    """Return the moment of a date; one without zone is in that of Paris."""
    assert PATTERN.search(text), text
    seconds, rest = text[:19], re.sub(r"^\.\d+", "", text[19:])
    if rest:
        return datetime.fromisoformat(seconds + rest.replace("Z", "+00:00"))
    local = datetime.fromisoformat(seconds).replace(tzinfo=UTC)
    return local - paris_offset(local - timedelta(hours=1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Lead, datetime, LeadState]:
    seeded = SeededValues(draw(st.integers(0, 10**6)), draw(st.sampled_from(["default", "other"])))
    now, state = draw(NOWS), draw(st.sampled_from(LeadState))
    return make_lead(seeded, draw(st.integers(1, 2**31 - 1)), now, state), now, state


def holds(function: Any) -> Any:
    return settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))(
        given(cases())(function)
    )


@holds
def test_a_lead_fits_the_contract(case: tuple[Lead, datetime, LeadState]) -> None:
    lead, _, state = case
    assert load_vendor("leadbank").record_fault(LEADS, lead) == ""
    assert lead["State"] == state


@holds
def test_dates_are_in_order(case: tuple[Lead, datetime, LeadState]) -> None:
    lead, now, _ = case
    created, qualified = moment(lead["CreateDate"]), moment(lead["QualificationDate"])
    assert now - timedelta(days=31) < created < qualified <= now
    if "AppointmentDate" in content(lead):
        assert content(lead)["AppointmentDate"] > lead["QualificationDate"][:10]


@holds
def test_names_and_references_belong_to_their_ids(case: tuple[Lead, datetime, LeadState]) -> None:
    lead, _, _ = case
    provider, service = PROVIDERS[lead["IDprovider"]], SERVICES[lead["IDService"]]
    assert (lead["NameProvider"], lead["NameService"]) == (provider["name"], service["name"])
    assert lead["ExternalLeadID"] is None or lead["ExternalLeadID"].startswith(provider["prefix"] + "-")
    assert list(content(lead)) == [*_DATA["person"], *service["contents"]]
    assert all(each["Type"] == _DATA["types"][each["Key"]] for each in lead["Contents"])


@holds
def test_a_campaign_fits_date_and_model(case: tuple[Lead, datetime, LeadState]) -> None:
    lead, _, _ = case
    assert (lead["IDCampaign"] is None) == (lead["NameCampaign"] is None)
    if lead["IDCampaign"] is None:
        return
    year, month = lead["CreateDate"][:4], lead["CreateDate"][5:7]
    values = {"year": year, "month": month, "month_name": _DATA["months"][int(month) - 1]}
    [campaign] = [each for each in _DATA["campaigns"] if each["id"].format(**values) == lead["IDCampaign"]]
    assert lead["NameCampaign"] == campaign["name"].format(**values)
    assert int(month) in campaign.get("months", [int(month)])
    model = content(lead).get("Model")
    assert model is None or model in campaign.get("models", [model])


@holds
def test_the_person_agrees_with_itself(case: tuple[Lead, datetime, LeadState]) -> None:
    lead, _, _ = case
    said = content(lead)
    assert said["City"] in CITIES
    assert lead["BandDealerID"] in (None, f"FR{said['ZipCode']}")
    assert re.fullmatch(r"\+3363998\d{4}", said["Phone"])
    assert re.fullmatch(r"[a-z0-9._-]+@example\.(com|net|org)", said["Email"])
    assert said["Civility"] in ("1", "2")


@holds
def test_vehicle_and_comment_agree(case: tuple[Lead, datetime, LeadState]) -> None:
    said = content(case[0])
    if "Model" in said:
        assert said["Model"] in _DATA["models"][said["Brand"]]
    if "Mileage" in said:
        assert 500 <= int(said["Mileage"]) < 180_000
    comment = said.get("Comment", "-")
    assert comment
    assert "{" not in comment
    assert re.findall(r"(\d+) km", comment) in ([], [said.get("Mileage")])
    named = [brand for brand in _DATA["models"] if brand in comment]
    assert named in ([], [said.get("Brand")])


def test_leads_differ_from_each_other() -> None:
    seeded, now = SeededValues(0, "default"), datetime(2026, 1, 31, tzinfo=UTC)
    leads = [make_lead(seeded, number, now, LeadState.READY) for number in range(1001, 1101)]
    for values in ([content(lead)["Phone"] for lead in leads], [content(lead)["Email"] for lead in leads]):
        assert len(set(values)) > 90


@pytest.mark.parametrize("state", LeadState)
def test_the_same_lead_is_made_again_in_each_state(state: LeadState) -> None:
    seeded, now = SeededValues(3, "default"), datetime(2026, 1, 31, tzinfo=UTC)
    ready = make_lead(seeded, 1001, now, LeadState.READY)
    assert make_lead(seeded, 1001, now, state) == {**ready, "State": int(state)}
