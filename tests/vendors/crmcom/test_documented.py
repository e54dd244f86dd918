"""Each parameter that the page names is in the contract, and the mock holds it to its type, values and releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.contract.references import follow
from tests.conftest import Api
from tests.vendors.crmcom.causes import EXAMPLES, PATHS, RELEASES, SAMPLE_TOKEN
from tests.vendors.crmcom.helpers import ABSENT, created, outcome

SCHEMAS: Final = ContractFile("crmcom").document["components"]["schemas"]
DECLARED: Final = SCHEMAS["CreateLeadRequest"]["properties"]
USER_DEFINED: Final = {
    **{f"udf_string_{number}": "string" for number in range(1, 9)},
    **{f"udf_float_{number}": "number" for number in range(1, 5)},
    **{f"udf_date_{number}": "LocalDateOrDateTime" for number in range(1, 5)},
}
TYPES: Final = {
    "token": "string",
    "contact_email": "string",
    "contact_phone": "string",
    "accounts_receivable_identifier": "AccountsReceivableIdentifier",
    "description": "string",
    "probability_to_win": "number",
    "importance": "string",
    "priority": "integer",
    "target_amount": "number",
    "type_identifier": "LeadTypeIdentifier",
    "status_identifier": "LeadStatusIdentifier",
    "lost_reason_identifier": "LeadLostReasonIdentifier",
    "category_identifier": "LeadCategoryIdentifier",
    "owned_by_group_identifier": "GroupIdentifier",
    "privacy_level_identifier": "PrivacyLevelIdentifier",
    "lead_owner": "UserIdentifier",
    **USER_DEFINED,
    "start_date": "LocalDateTime",
    "expected_completion_date": "LocalDateTime",
    "estimated_completion_time": "TimePeriod",
    "contact_information": "ContactInformationParameters",
    "source": "LeadSourceParameters",
    "assigned_to": "AssignedToParameters",
    "competitors_set": ["LeadCompetitorParameters"],
    "users_set": ["LeadUserParameters"],
    "products_set": ["LeadProductParameters"],
    "services_set": ["LeadServiceParameters"],
    "physical_goods_set": ["LeadPhysicalGoodParameters"],
    "subscription_package": "SubscriptionPackageParameters",
    "subscription_packages": ["SubscriptionPackageParameters"],
    "fields_set": "string",
}
"""Types by parameter: a JSON type, the schema of an object, or the schema of the entries of a set."""

MANDATORY: Final = ("token", "importance", "priority", "type_identifier", "contact_information", "source")
SEMI_OPTIONAL: Final = ("expected_completion_date", "estimated_completion_time")
NEEDED: Final = (*MANDATORY, *SEMI_OPTIONAL, "assigned_to")
CUSTOMER: Final = {"action": "EXISTING", "contact_information_identifier": {"id_number": "3423"}}
PACKAGE: Final = {"subscription_package_identifier": {"name": "Simple Package"}}
CONDITIONS: Final = (
    ("R11.1.0", "contact_email", {"type_identifier": {"name": "New Customer"}}, "contact_email_required"),
    ("R11.1.0", "contact_phone", {"type_identifier": {"name": "Call Back Request"}}, "contact_phone_required"),
    ("R18.0.0", "accounts_receivable_identifier", {"contact_information": CUSTOMER}, "accounts_receivable_missing"),
    ("R11.0.0", "lost_reason_identifier", {"status_identifier": {"name": "Lost"}}, "lost_reason_missing"),
)
AVAILABLE: Final = {
    "contact_phone": ("R11.1.0", "35722000000"),
    "lead_owner": ("R15.0.0", {"username": "supervisor"}),
    "products_set": ("R18.0.0", [{"product_identifier": {"code": "123"}}]),
    "subscription_package": ("R14.0.0", PACKAGE),
    "subscription_packages": ("R14.0.0", [PACKAGE]),
}
DEPRECATED: Final[dict[str, tuple[str, Any, dict[str, Any]]]] = {
    "lost_reason_identifier": ("R11.1.0", {"name": "Price"}, {"status_identifier": {"name": "Lost"}}),
    "privacy_level_identifier": ("R18.0.0", {"number": "1"}, {}),
    "services_set": ("R18.0.0", [{"product_identifier": {"code": "123"}}], {}),
    "physical_goods_set": ("R18.0.0", [{"product_identifier": {"code": "123"}}], {}),
    "subscription_package": ("R18.0.0", PACKAGE, {}),
}
VALUES: Final[dict[str, tuple[list[Any], list[Any]]]] = {
    "importance": ([*(f"IMPORTANCE{number}" for number in range(1, 6)), "CUSTOM1", "CUSTOM2", "CUSTOM3"], ["CUSTOM4"]),
    "priority": ([1, 2, 3, 4, 5, 6], [0, 7, "3"]),
    "probability_to_win": ([0, 58, 100], [-1, 100.5]),
    "estimated_completion_time": (
        [{"time_period_value": 3, "time_period_uot": unit} for unit in ("MINUTES", "HOURS", "DAYS", "WEEKS", "YEARS")],
        [{"time_period_value": 3, "time_period_uot": "SECONDS"}],
    ),
}
SOURCES: Final[dict[str, dict[str, Any]]] = {
    **{key: {"name": "Trade fair"} for key in ("ADVERTISEMENT", "WEBSITE", "OTHER", "CUSTOM1", "CUSTOM2", "CUSTOM3")},
    "NOTIFICATIONS": {"source_notifications_identifier": {"number": "305"}},
    "COMMUNICATIONS": {"source_communications_identifier": {"number": "204"}},
    "RECOMMENDED_BY_CONTACT": {"source_recommended_by_contact_identifier": {"id_number": "3423"}},
    "RECOMMENDED_BY_EMPLOYEE": {"source_recommended_by_employee_identifier": {"username": "supervisor"}},
    "RECOMMENDED_BY_PARTNER": {"source_recommended_by_partner_identifier": {"vat_registration_number": "CY10222222A"}},
}
INCLUDED: Final = [
    "LeadTypeIdentifier",
    "LeadStatusIdentifier",
    "LeadCategoryIdentifier",
    "LeadLostReasonIdentifier",
    "GroupIdentifier",
    "PrivacyLevelIdentifier",
    "UserIdentifier",
    "AccountsReceivableIdentifier",
    "TimePeriod",
    "ContactInformationParameters",
    "LeadSourceParameters",
    "AssignedToParameters",
    "LeadCompetitorParameters",
    "LeadUserParameters",
    "LeadServiceParameters",
    "LeadPhysicalGoodParameters",
    "LeadProductParameters",
    "SubscriptionPackageParameters",
    "CompleteLead",
]
DOCUMENTED: Final = {
    "Example 1": "created_with_services",
    "Example 2": "created_with_products",
    "Example 3": "created",
}


@pytest.fixture
def of_release(api: Callable[..., Api]) -> Callable[[str], Api]:
    return lambda release: api("crmcom", settings={"crmcom.release": release})


def type_of(schema: Any) -> Any:
    """Return a JSON type, the name of the schema of an object, or that of the entries of a set in a list."""
    if schema.get("type") == "array":
        return [schema["items"]["$ref"].rpartition("/")[2]]
    if "allOf" in schema:
        return schema["allOf"][0]["$ref"].rpartition("/")[2]
    return schema["type"]


def members(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of the members of a body, those of the entries of a set without their places."""
    for each in value if isinstance(value, list) else ():
        yield from members(each, path)
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield f"{path}{name}"
        yield from members(inner, f"{path}{name}.")


def send(mock: Api, name: str, **changes: Any) -> Any:
    body = {**EXAMPLES["createLead"][name], "token": SAMPLE_TOKEN, **changes}
    return mock.post(PATHS["createLead"], json=body).json()


def test_the_contract_has_the_documented_parameters_and_no_others() -> None:
    assert {name for name, schema in DECLARED.items() if not schema.get("x-undocumented")} == TYPES.keys()


@pytest.mark.parametrize("parameter", TYPES)
def test_the_contract_has_the_documented_type(parameter: str) -> None:
    assert type_of(DECLARED[parameter]) == TYPES[parameter]


@pytest.mark.parametrize("parameter", [name for name in TYPES if name != "subscription_packages"])
def test_a_value_of_another_type_is_refused(parameter: str, api: Callable[..., Api]) -> None:
    mock = api("crmcom")
    sent: dict[str, Any] = {parameter: 5 if TYPES[parameter] == "string" else True}
    if parameter == "expected_completion_date":
        sent["estimated_completion_time"] = ABSENT
    assert not outcome(mock, **sent).startswith("created")
    assert ("body", parameter) in {each.location for each in mock.last_entry().violations}


@pytest.mark.parametrize("parameter", MANDATORY)
def test_a_mandatory_parameter_may_not_be_left_out(parameter: str, of_release: Callable[[str], Api]) -> None:
    for release in RELEASES:
        mock = of_release(release)
        assert not outcome(mock, **{parameter: ABSENT}).startswith("created")
        assert ("body", parameter) in {each.location for each in mock.last_entry().violations}


@pytest.mark.parametrize("parameter", [name for name in TYPES if name not in NEEDED])
def test_an_optional_parameter_may_be_left_out(parameter: str, api: Callable[..., Api]) -> None:
    assert outcome(api("crmcom"), **{parameter: ABSENT}).startswith("created")


@pytest.mark.parametrize(("release", "parameter", "condition", "refused"), CONDITIONS)
def test_a_conditional_parameter_is_mandatory_where_its_condition_holds(
    release: str, parameter: str, condition: dict[str, Any], refused: str, of_release: Callable[[str], Api]
) -> None:
    optional = {"status_identifier": ABSENT, "category_identifier": ABSENT} if "type_identifier" in condition else {}
    mock = of_release(release)
    assert outcome(mock, **{**optional, **condition, parameter: ABSENT}) == refused
    assert outcome(mock, **({} if release == "R11.0.0" else {parameter: ABSENT})) == "created"


@pytest.mark.parametrize("parameter", ["contact_email", "status_identifier", "category_identifier"])
def test_a_parameter_is_mandatory_in_the_releases_before(parameter: str, of_release: Callable[[str], Api]) -> None:
    assert DECLARED[parameter]["x-mandatory-before"] == "R11.1.0"
    assert outcome(of_release("R11.0.0"), **{parameter: ABSENT}) == f"{parameter}_missing"
    assert outcome(of_release("R11.1.0"), **{parameter: ABSENT}).startswith("created")


def test_exactly_one_semi_optional_parameter_is_sent(api: Callable[..., Api]) -> None:
    mock = api("crmcom")
    date, neither = "2030-01-01T00:00:00", dict.fromkeys(SEMI_OPTIONAL, ABSENT)
    assert outcome(mock) == "created"
    assert outcome(mock, **{**neither, "expected_completion_date": date}) == "created"
    assert outcome(mock, **neither) == "semi_optional_none"
    assert outcome(mock, expected_completion_date=date) == "semi_optional_both"


@pytest.mark.parametrize("parameter", AVAILABLE)
def test_a_dated_parameter_is_known_from_its_release_on(parameter: str, of_release: Callable[[str], Api]) -> None:
    first, value = AVAILABLE[parameter]
    before = of_release(RELEASES[RELEASES.index(first) - 1])
    assert parameter not in created(before, **{parameter: value})
    assert [(each.kind, each.location[-1]) for each in before.last_entry().notices] == [("undocumented", parameter)]
    since = of_release(first)
    assert created(since, **{parameter: value})[parameter]
    assert all(each.kind == "deprecated" for each in since.last_entry().notices)


@pytest.mark.parametrize("parameter", DEPRECATED)
def test_a_deprecated_parameter_works_and_is_noticed(parameter: str, of_release: Callable[[str], Api]) -> None:
    release, value, condition = DEPRECATED[parameter]
    mock = of_release(release)
    created(mock, **{**condition, parameter: value})
    assert [(each.kind, each.location[-1]) for each in mock.last_entry().notices] == [("deprecated", parameter)]
    before = of_release(RELEASES[RELEASES.index(release) - 1])
    created(before, **{**condition, parameter: value})
    assert before.last_entry().notices == []


def test_the_lead_type_has_defaults(api: Callable[..., Api]) -> None:
    data = created(api("crmcom"), status_identifier=ABSENT, category_identifier=ABSENT)
    assert (data["status"]["name"], data["category"]["name"]) == ("Reach", "Software Purchase")


@pytest.mark.parametrize("parameter", VALUES)
def test_documented_values_are_accepted_and_others_refused(parameter: str, api: Callable[..., Api]) -> None:
    mock = api("crmcom")
    accepted, refused = VALUES[parameter]
    assert [created(mock, **{parameter: value})[parameter] for value in accepted] == accepted
    for value in refused:
        assert not outcome(mock, **{parameter: value}).startswith("created"), value


@pytest.mark.parametrize("parameter", USER_DEFINED)
def test_a_user_defined_field_comes_back_as_sent(parameter: str, api: Callable[..., Api]) -> None:
    value = {"string": "text", "number": 1.25, "LocalDateOrDateTime": "2018-01-22"}[USER_DEFINED[parameter]]
    assert created(api("crmcom"), **{parameter: value})[parameter] == value


@pytest.mark.parametrize("schema", INCLUDED)
def test_an_included_page_has_a_schema_that_a_lead_uses(schema: str) -> None:
    document = ContractFile("crmcom").document
    used = {"CompleteLead"} if schema == "CompleteLead" else set()
    todo = [DECLARED]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if reference and reference not in used:
                used |= {reference, reference.rpartition("/")[2]}
                todo.append(follow(document, node))
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    assert schema in used
    assert SCHEMAS[schema]["description"]


@pytest.mark.parametrize("name", DOCUMENTED.values(), ids=DOCUMENTED)
def test_an_example_of_the_document_is_sent_whole(name: str, api: Callable[..., Api]) -> None:
    mock = api("crmcom", now="2018-01-22T10:40:25Z")
    assert send(mock, name)["status"]["code"] == "OK"
    entry = mock.last_entry()
    assert (entry.outcome, entry.violations) == (name, [])


@pytest.mark.parametrize("name", DOCUMENTED.values(), ids=DOCUMENTED)
def test_the_answer_has_the_documented_members(name: str, api: Callable[..., Api]) -> None:
    release = "R15.0.0" if name == "created_with_services" else "R18.0.0"
    mock = api("crmcom", now="2018-01-22T12:50:37Z", settings={"crmcom.release": release})
    documented = ContractFile("crmcom").document["paths"][PATHS["createLead"]]["post"]["responses"]["200"]
    value = documented["content"]["application/json"]["examples"][name]["value"]
    # Example 1 sends two products, and its response has a product and a product type (position crmcom-examples).
    services = [{"product_identifier": {"code": "123"}}, {"product_type_identifier": {"name": "Additional Services"}}]
    answer = send(mock, name, **({"services_set": services} if name == "created_with_services" else {}))
    assert set(members(value)) - set(members(answer)) == set()


def test_documented_types_of_sources_are_accepted_and_others_refused(api: Callable[..., Api]) -> None:
    mock = api("crmcom")
    for kind, sent in SOURCES.items():
        assert created(mock, source={"type": kind, **sent})["lead_source"]["type"] == kind
    assert not outcome(mock, source={"type": "CUSTOM4", "name": "x"}).startswith("created")
