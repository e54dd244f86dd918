"""The release setting: what each release knows, requires and returns."""

from __future__ import annotations

import pytest

from tests.vendors.crmcom.causes import EXAMPLES, FULL_LEAD, PATHS, RELEASES
from tests.vendors.crmcom.helpers import ABSENT, create, created, outcome


@pytest.fixture
def of_release(api):
    return lambda release: api("crmcom", settings={"crmcom.release": release})


@pytest.mark.parametrize(
    ("release", "number", "dated"),
    [
        ("R11.0.0", 46, {"services_set", "physical_goods_set"}),
        ("R11.1.0", 47, {"services_set", "physical_goods_set", "contact_phone"}),
        (
            "R14.0.0",
            49,
            {"services_set", "physical_goods_set", "contact_phone", "subscription_package", "subscription_packages"},
        ),
        ("R15.0.0", 48, {"services_set", "physical_goods_set", "contact_phone", "subscription_package"}),
        ("R18.0.0", 47, {"contact_phone", "subscription_package", "products_set"}),
    ],
)
def test_answer_has_the_members_of_its_release(of_release, release, number, dated):
    members = created(of_release(release)).keys()
    every = {"services_set", "physical_goods_set", "contact_phone", "subscription_package", "subscription_packages"}
    assert len(members) == number
    assert members & (every | {"products_set", "lead_owner"}) == dated


@pytest.mark.parametrize(("release", "shown"), list(zip(RELEASES, (False, False, False, True, True), strict=True)))
def test_lead_owner_is_known_from_r15_on(of_release, release, shown):
    data = created(of_release(release), lead_owner={"username": "supervisor"})
    assert ("lead_owner" in data) is shown
    assert not shown or data["lead_owner"]["username"] == "supervisor"


def test_parameter_of_a_later_release_is_ignored_and_noticed(of_release):
    mock = of_release("R14.0.0")
    created(mock, lead_owner={"username": "nobody at all"})
    (notice,) = mock.last_entry().notices
    assert (notice.kind, notice.location) == ("undocumented", ("body", "lead_owner"))


@pytest.mark.parametrize("parameter", ["contact_email", "status_identifier", "category_identifier"])
def test_parameter_is_mandatory_up_to_r11_0(of_release, parameter):
    assert outcome(of_release("R11.0.0"), **{parameter: ABSENT}) == f"{parameter}_missing"
    for release in RELEASES[1:]:
        assert outcome(of_release(release), **{parameter: ABSENT}).startswith("created")


def test_lost_reason_is_mandatory_up_to_r11_0_and_deprecated_then(of_release):
    lost = {"status_identifier": {"name": "Lost"}}
    assert outcome(of_release("R11.0.0"), **lost) == "lost_reason_missing"
    mock = of_release("R11.1.0")
    assert outcome(mock, **lost) == "created_lost"
    assert outcome(mock, **lost, lost_reason_identifier={"name": "Price"}) == "created_lost"
    assert [each.kind for each in mock.last_entry().notices] == ["deprecated"]


def test_leads_are_cancelled_from_r11_1_on(of_release):
    cancelled = {"status_identifier": {"name": "Cancelled"}}
    assert outcome(of_release("R11.0.0"), **cancelled) == "lead_status_unknown"
    assert created(of_release("R11.1.0"), **cancelled)["life_cycle_state"] == "CANCELLED"


@pytest.mark.parametrize("schema", ["Lead", "LeadStatus"])
def test_contract_has_the_state_cancelled_from_r11_1_on(of_release, schema):
    def states(release):
        served = of_release(release).get("/openapi/crmcom.json").json()["components"]["schemas"]
        return served[schema]["properties"]["life_cycle_state"]["enum"]

    assert set(states("R11.1.0")) - set(states("R11.0.0")) == {"CANCELLED"}


SERVICE = {"product_identifier": {"code": "Add On Product"}}
GOOD = {"product_identifier": {"code": "123"}}


def test_services_and_goods_stand_in_sets_of_their_own_before_r18(of_release):
    data = created(of_release("R15.0.0"), services_set=[SERVICE], physical_goods_set=[GOOD])
    assert data["services_set"][0]["product"]["code"] == "Add On Product"
    assert data["physical_goods_set"][0]["product"]["code"] == "123"


@pytest.mark.parametrize(
    ("member", "identifier", "wanted"),
    [
        ("product_type", {"name": "SET TOP BOX"}, "SET TOP BOX"),
        ("product_brand", {"name": "Corso Shoes"}, "Corso Shoes"),
        ("product_family", {"name": "Channels"}, "Channels"),
    ],
)
@pytest.mark.parametrize(("release", "shown_in"), [("R14.0.0", "physical_goods_set"), ("R18.0.0", "products_set")])
def test_physical_goods_are_named_by_type_brand_or_family_too(
    of_release, release, shown_in, member, identifier, wanted
):
    data = created(of_release(release), physical_goods_set=[{f"{member}_identifier": identifier}])
    assert {name: value and value["name"] for name, value in data[shown_in][0].items() if name != "id"} == {
        **dict.fromkeys(("product", "product_type", "product_brand", "product_family")),
        member: wanted,
    }


@pytest.mark.parametrize("parameter", ["services_set", "physical_goods_set"])
@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({}, "empty"),
        ({"product_identifier": {"code": "123"}, "product_type_identifier": {"name": "Add-ons"}}, "ambiguous"),
    ],
)
def test_bad_entry_is_reported_under_the_name_of_its_set(of_release, parameter, entry, kind):
    mock = of_release("R18.0.0")
    name = {"services_set": "service", "physical_goods_set": "physical_good"}[parameter]
    assert outcome(mock, **{parameter: [entry]}) == f"{name}_entry_{kind}"
    description = create(mock, **{parameter: [entry]}).json()["status"]["description"]
    assert parameter in description


def test_bad_entry_of_the_undocumented_set_is_reported_under_its_name(of_release):
    status = create(of_release("R18.0.0"), lead_products_set=[{"lead_product_identifier": {}}]).json()["status"]
    assert status["description"].startswith("lead_products_set[0].lead_product_identifier must hold exactly one")


@pytest.mark.parametrize(
    ("release", "wanted"), [("R11.1.0", "identifier_empty"), ("R14.0.0", "created_for_existing_contact")]
)
def test_contacts_have_a_registration_number_from_r14_on(of_release, release, wanted):
    contact = {"action": "EXISTING", "contact_information_identifier": {"registration_number": "HE22222"}}
    assert outcome(of_release(release), contact_information=contact) == wanted


def test_contacts_and_competitors_have_no_number(of_release):
    mock = of_release("R18.0.0")
    contact = {"action": "EXISTING", "contact_information_identifier": {"number": "2001"}}
    assert outcome(mock, contact_information=contact) == "identifier_empty"
    assert outcome(mock, competitors_set=[{"competitor_identifier": {"number": "2104"}}]) == "identifier_empty"


@pytest.mark.parametrize("release", RELEASES)
def test_contract_of_a_release_has_its_deprecations(of_release, release):
    served = of_release(release).get("/openapi/crmcom.json").json()
    schemas = served["components"]["schemas"]
    found = {
        name
        for schema in ("CreateLeadRequest", "LeadSourceParameters")
        for name, node in schemas[schema]["properties"].items()
        if node.get("deprecated")
    }
    wanted = {"lost_reason_identifier"} if release != "R11.0.0" else set()
    if release == "R18.0.0":
        wanted |= {"privacy_level_identifier", "services_set", "physical_goods_set", "subscription_package"}
        wanted |= {"source_notifications_identifier"}
    assert found == wanted
    operation = served["paths"][PATHS["releaseToken"]]["post"]
    assert operation.get("deprecated", False) is (release not in ("R11.0.0", "R11.1.0"))


def test_services_and_goods_stand_among_the_products_from_r18_on(of_release):
    mock = of_release("R18.0.0")
    data = created(mock, services_set=[SERVICE], physical_goods_set=[GOOD], products_set=[])
    assert [each["product"]["code"] for each in data["products_set"]] == ["Add On Product", "123"]
    assert [each.kind for each in mock.last_entry().notices] == ["deprecated", "deprecated"]


def test_default_products_of_a_type_are_services_and_goods_before_r18(of_release):
    campaign = {
        "type_identifier": {"name": "3-Play Mall Campaign"},
        "category_identifier": {"name": "TV Advert"},
    }
    data = created(of_release("R14.0.0"), **campaign)
    assert len(data["services_set"]) == 2
    assert [each["product"]["code"] for each in data["physical_goods_set"]] == ["Abstract Physical Good"]


def test_r14_takes_and_returns_packages_in_both_forms(of_release):
    mock, package = of_release("R14.0.0"), {"subscription_package_identifier": {"name": "Simple Package"}}
    for sent in ({"subscription_packages": [package]}, {"subscription_package": package}):
        data = created(mock, **sent)
        assert data["subscription_package"]["subscription_package"]["name"] == "Simple Package"
        assert data["subscription_packages"][0]["subscription_package"]["name"] == "Simple Package"


def test_r15_ignores_the_older_form_of_packages(of_release):
    package = {"subscription_package_identifier": {"name": "Simple Package"}}
    assert created(of_release("R15.0.0"), subscription_packages=[package])["subscription_package"] is None


def test_names_that_only_example_2_has_are_noticed_as_undocumented(of_release):
    mock = of_release("R18.0.0")
    created(mock, **{name: EXAMPLES["createLead"]["created_with_products"][name] for name in (
        "lead_products_set",
        "subscription_package_identifier",
    )})  # fmt: skip
    assert {(each.kind, each.location[-1]) for each in mock.last_entry().notices} == {
        ("undocumented", "lead_products_set"),
        ("undocumented", "subscription_package_identifier"),
    }


def test_deprecated_parameters_of_r18_work_and_are_noticed(of_release):
    mock = of_release("R18.0.0")
    mock.post(PATHS["createLead"], json=FULL_LEAD)
    assert {each.location[-1] for each in mock.last_entry().notices if each.kind == "deprecated"} == {
        "privacy_level_identifier",
        "services_set",
        "physical_goods_set",
        "subscription_package",
    }
    assert mock.records("leads")[0]["privacy_level"]["number"] == "1"


def test_release_is_a_setting_of_the_session(api):
    mock = api("crmcom")
    mock.app.mock_app.sessions.get("default").change_settings({"crmcom.release": "R11.0.0"})
    assert "services_set" in created(mock)
