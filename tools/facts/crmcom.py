"""Extract the facts of CRM.COM's page on leads/create.

The page is a comparison of two versions, in which the rows of the tables stand mixed. So the rows of the newer version
are written here, and each of their texts must be in the page. The examples are those of the contract: each of their
values must be in the page, for those that it prints one into the other as letters in that order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.errors import ContractError
from tools.facts.extraction import entry, require
from tools.facts.listing import Entry

DOCUMENTS: Final = ("crmcom-leads-create.txt",)
EXTRACTED: Final = ("parameter-", "included-", "example-", "answer-")

_TESTS: Final = "tests/vendors/crmcom/test_documented.py::test_"
_ANSWERED: Final = "tests/vendors/crmcom/test_documents.py::test_example_of_the_document_gets_the_documented_answer"
_REQUEST: Final = "/components/schemas/CreateLeadRequest"
_OPERATION: Final = "/paths/~1crmapi~1rest~1v2~1leads~1create/post"
_EXAMPLES: Final = {
    "Example 1": "created_with_services",
    "Example 2": "created_with_products",
    "Example 3": "created",
}
_OF_2015: Final = ("status", "probability_to_win", "target_amount", "time_to_completion")
"""Members of Example 1 that differ today."""
_WINDOW: Final = 400
"""How many letters of the page a value may be spread over."""

_PARAMETERS: Final = """
token | | String | The token retrieved from the login method
contact_email | mandatory on conditions | String | The email address of the contact that will be specified on the new lead.
contact_phone | mandatory on conditions | String | The phone of the contact that will be specified on the new lead.
accounts_receivable_identifier | mandatory on conditions | Accounts Receivable Identifier | The accounts receivable that will be related with the lead.
description | optional | String | A description of the lead
probability_to_win | optional | Number | The probability to win the retrieved lead which can vary from 0 to 100
importance | mandatory | Lead Importance | The importance related with the leads that should be returned as a result.
priority | mandatory | Lead Priority | The priority related with the leads that should be returned as a result.
target_amount | optional | Number | The amount that is predicted to be gained when winning the retrieved lead
type_identifier | mandatory | Lead Type Identifier | The type of the lead.
status_identifier | optional | Lead Status Identifier | The status of the lead.
lost_reason_identifier | mandatory on conditions | Lead Lost Reason Identifier | The reason that the lead was lost.
category_identifier | optional | Lead Category Identifier | The category of the lead.
owned_by_group_identifier | optional | The identifier of the owned by group information | The owned by group information of the lead.
privacy_level_identifier | optional | The identifier of the privacy level | The privacy level of the lead.
lead_owner | | User Identifier | The user which owns the lead.
start_date | optional | Date | The date that the lead is created
expected_completion_date | semi-optional | Date | The date that the lead is expected to be completed.
estimated_completion_time | semi-optional | Time Period Object | The time that is estimated to complete the lead , measured in minutes, hours, days, weeks, years.
contact_information | mandatory | Contact information object | The contact information that will be related with the lead
source | mandatory | Lead Source | Information related with the source of the lead
assigned_to | optional | Assigned to object | The assignment information for the lead.
competitors_set | optional | Set of Lead Competitors | A lists of all possible competitors that can reach the same Lead for the same product/goal.
users_set | optional | Set of Lead Users | A list of users that are set as the team involved with the lead
products_set | optional | Set of Lead Products Objects | A list of products for which the lead was taken for
services_set | optional | Set of lead Services Objects | A list of services for which the lead was taken for
physical_goods_set | optional | Set of lead Physical Goods Objects | A list of the physical goods for which the lead was taken for
subscription_package | optional | The Subscription Package Object | The subscription package for which the lead was taken for
subscription_packages | optional | Set of lead Subscription Packages Objects | A list of the subscription packages for which the lead was taken for
fields_set | optional | List of Strings, comma separated | A list of fields that should be included in the results.
"""  # noqa: E501  # the rows of a table
"""Name, obligation, type and description of each parameter but the user defined fields."""

_USER_DEFINED: Final = {"string": (8, "String"), "float": (4, "Float"), "date": (4, "Date")}

_RULES: Final = {
    "contact_email": (
        ("The contact email is mandatory if the Lead Type's Communication settings define that an email commuication"
         " will be sent on the new lead's creation.", "description", "conditional"),
        ("Paramerer is mandatory up until CRM.COM R11.0.0. From CRM.COM R11.1.0 this parameter is mandatory on"
         " conditions.", "x-mandatory-before", "mandatory_before"),
    ),
    "contact_phone": (
        ("The contact phone is mandatory if the Lead Type's Communication settings define that a phone commuication"
         " will be sent on the new lead's creation.", "description", "conditional"),
        ("Available from CRM.COM R11.1.0", "x-available-from", "available_from"),
    ),
    "accounts_receivable_identifier": (
        ("This information is mandatory if the specified contact information is already a customer (has an accounts"
         " receivable).", "description", "conditional"),
        ("The specified accounts receivable should be owned by the specified contact information.", "description",
         "owned"),
    ),
    "status_identifier": (
        ("If not specified, then the Lead Type's default status on create will be used.", "description", "default"),
        ("The status_identifier input parameter is mandatory up until CRM.COM R11.1.0. From CRM.COM R11.1.0 it becomes"
         " optional.", "x-mandatory-before", "mandatory_before"),
    ),
    "lost_reason_identifier": (
        ("This information is mandatory and applicable only if the lead is created in a status classified as lost.",
         "description", "conditional"),
        ("The lost_reason_identifier input parameter becomes deprecated from CRM.COM R11.1.0", "x-deprecated-from",
         "deprecated_from"),
    ),
    "category_identifier": (
        ("If not specified, then the Lead Type's default Category will be used for the new Lead.", "description",
         "default"),
        ("The category_identifier input parameter is mandatory up until CRM.COM R11.1.0", "x-mandatory-before",
         "mandatory_before"),
    ),
    "privacy_level_identifier": (("Deprecated from CRM.COM R18.0.0", "x-deprecated-from", "deprecated_from"),),
    "lead_owner": (("Available from CRM.COM R15.0.0", "x-available-from", "available_from"),),
    "expected_completion_date": (
        ("It is automatically calculated if estimate completion time is specified.", "description", "completion_date"),
    ),
    "estimated_completion_time": (
        ("It is automatically calculated if expected completion date is specified.", "description", "completion_time"),
    ),
    "assigned_to": (
        ("Assign to information is mandatory to be specified, unless if it is set automatically through ACR rules.",
         "description", "assigned"),
    ),
    "competitors_set": (
        ("From CRM.COM R18.0.0, Competitors refer to Contact Information Company", "description", "companies"),
    ),
    "products_set": (("Available from CRM.COM R18.0.0", "x-available-from", "available_from"),),
    "services_set": (("Deprecated from CRM.COM R18.0.0", "x-deprecated-from", "deprecated_from"),),
    "physical_goods_set": (("Deprecated from CRM.COM R18.0.0", "x-deprecated-from", "deprecated_from"),),
    "subscription_package": (
        ("Available from CRM.COM R14", "x-available-from", "available_from"),
        ("Deprecated from CRM.COM R18.0.0", "x-deprecated-from", "deprecated_from"),
    ),
    "subscription_packages": (("Available from CRM.COM R14", "x-available-from", "available_from"),),
    "fields_set": (
        ("If not specified then all the available fields will be returned", "description", "all_fields"),
    ),
}  # fmt: skip
"""Rules by parameter: the text, the keyword of the contract that has it, and the kind of rule."""

_RULE_TESTS: Final = {
    "conditional": _TESTS + "a_conditional_parameter_is_mandatory_where_its_condition_holds",
    "mandatory_before": _TESTS + "a_parameter_is_mandatory_in_the_releases_before",
    "available_from": _TESTS + "a_dated_parameter_is_known_from_its_release_on",
    "deprecated_from": _TESTS + "a_deprecated_parameter_works_and_is_noticed",
    "owned": "tests/vendors/crmcom/test_rules.py::test_new_contact_owns_no_accounts_receivable",
    "default": _TESTS + "the_lead_type_has_defaults",
    "completion_date": "tests/vendors/crmcom/test_answers.py::test_expected_date_is_computed_from_the_estimated_time",
    "completion_time": "tests/vendors/crmcom/test_answers.py::test_estimated_time_is_computed_from_the_expected_date",
    "assigned": "tests/vendors/crmcom/test_rules.py::test_lead_without_assignment_goes_to_whom_the_rule_says",
    "companies": "tests/vendors/crmcom/test_references.py::test_competitor_is_named_as_a_company_from_r18_on",
    "all_fields": "tests/vendors/crmcom/test_answers.py::test_fields_set_without_a_known_name_returns_everything",
}
_RULE_POSITIONS: Final = {
    "conditional": {
        "contact_email": "crmcom-lead-type-communications",
        "contact_phone": "crmcom-lead-type-communications",
        "lost_reason_identifier": "crmcom-lost-reason",
    },
    "mandatory_before": dict.fromkeys(
        ("contact_email", "status_identifier", "category_identifier"), "crmcom-mandatory-until"
    ),
    "assigned": {"assigned_to": "crmcom-automatic-assignment"},
    "companies": {"competitors_set": "crmcom-competitor-companies"},
    "available_from": {"subscription_packages": "crmcom-subscription-packages"},
}
_OBLIGATION_TESTS: Final = {
    "mandatory": "a_mandatory_parameter_may_not_be_left_out",
    "mandatory on conditions": "a_conditional_parameter_is_mandatory_where_its_condition_holds",
    "semi-optional": "exactly_one_semi_optional_parameter_is_sent",
    "optional": "an_optional_parameter_may_be_left_out",
}
_VALUES: Final = {
    "importance": "IMPORTANCE1, IMPORTANCE2, IMPORTANCE3, IMPORTANCE4, IMPORTANCE5, CUSTOM1, CUSTOM2, CUSTOM3",
    "priority": "1, 2, 3, 4, 5, 6",
}
_UNITS: Final = "minutes, hours, days, weeks, years"

_INCLUDED: Final = {
    "lead_type_identifier": "LeadTypeIdentifier",
    "lead_status_identifier": "LeadStatusIdentifier",
    "lead_lost_reason_identifier": "LeadLostReasonIdentifier",
    "lead_category_identifier": "LeadCategoryIdentifier",
    "group_identifier": "GroupIdentifier",
    "privacy_level_identifier": "PrivacyLevelIdentifier",
    "user_identifier": "UserIdentifier",
    "accounts_receivable_identifier": "AccountsReceivableIdentifier",
    "time_period_parameters": "TimePeriod",
    "contact_information_parameters": "ContactInformationParameters",
    "lead_source_parameters": "LeadSourceParameters",
    "assigned_to_parameters": "AssignedToParameters",
    "lead_competitor_parameters": "LeadCompetitorParameters",
    "lead_user_parameters": "LeadUserParameters",
    "lead_service_parameters": "LeadServiceParameters",
    "lead_physical_goods_parameters": "LeadPhysicalGoodParameters",
    "lead_product_parameters": "LeadProductParameters",
    "lead_subscription_packages_parameters": "SubscriptionPackageParameters",
    "lead_complete": "CompleteLead",
}
"""Schemas of the pages that the page includes."""


@dataclass(frozen=True)
class Page:
    """The text of the page.

    Attributes:
        text: with single spaces.
        letters: without any space.
    """

    text: str
    letters: str

    @classmethod
    def of(cls, text: str) -> Page:
        """Return the page with a text."""
        text = " ".join(text.split())
        return cls(text, "".join(text.split()))

    def require(self, text: str) -> str:
        """Return a text of the page, and raise `ContractError` if it is not there."""
        if "".join(text.split()) not in self.letters:
            raise ContractError(f"the page lacks: {text}")
        return text

    def require_value(self, name: str, value: Any) -> None:
        """Raise `ContractError` if the page lacks a member, also as letters in order within a short part of it."""
        member = "".join(f'"{name}":{orjson.dumps(value).decode()}'.split())
        if member not in self.letters and not self._is_spread(member):
            raise ContractError(f"the page lacks: {member}")

    def _is_spread(self, member: str) -> bool:
        begins = (match.start() for match in re.finditer(re.escape(member[0]), self.letters))
        return any(_spreads(member, self.letters[begin : begin + _WINDOW]) for begin in begins)


def _spreads(member: str, text: str) -> bool:
    place = 0
    for letter in member:
        place = text.find(letter, place) + 1
        if not place:
            return False
    return True


def facts(texts: Mapping[str, str], contract: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the extracted facts.

    Args:
        texts: the page, by its file name.
        contract: the contract as written.

    Raises:
        ContractError: the page lacks a text of the tables or a value of an example.
    """
    page = Page.of(texts[DOCUMENTS[0]])
    for row in _PARAMETERS.strip().splitlines():
        name, obligation, kind, description = (cell.strip() for cell in row.split("|"))
        yield from _of_parameter(page, contract, name, obligation, kind, description)
    for kind, (number, type_) in _USER_DEFINED.items():
        for ordinal in range(1, number + 1):
            says = f"User Defined Field of type {type_}"
            yield from _of_parameter(page, contract, f"udf_{kind}_{ordinal}", "optional", type_, says)
    for included, schema in _INCLUDED.items():
        page.require(included)
        says = f"The page {included} belongs to this one."
        yield _fact(f"included-{included}", "Included pages", says, f"/components/schemas/{schema}",
                    test=_TESTS + "an_included_page_has_a_schema_that_a_lead_uses")  # fmt: skip
    members: dict[str, Entry] = {}
    for title, name in _EXAMPLES.items():
        yield from _of_example(page, contract, title, name)
        answer = f"{_OPERATION}/responses/200/content/application~1json/examples/{name}/value/data"
        for fact in _of_answer(contract, "", "/components/schemas/Lead", require(contract, answer)):
            members.setdefault(fact["id"], fact)
    yield from members.values()


def _of_parameter(
    page: Page, contract: Mapping[str, Any], name: str, obligation: str, kind: str, description: str
) -> Iterator[Entry]:
    place = "x-variant-properties" if name == "subscription_packages" else "properties"
    pointer = f"{_REQUEST}/{place}/{name}"
    id_, node = f"parameter-{name}", require(contract, pointer)
    page.require(name)
    typed = next(f"{pointer}/{key}" for key in ("type", "allOf") if key in node)
    test = _TESTS + "the_contract_has_the_documented_type"
    yield _fact(f"{id_}-type", "Parameters", f"{name} is of type {page.require(kind)}.", typed, test=test)
    if obligation:
        required = f"{_REQUEST}/required" if obligation == "mandatory" else f"{pointer}/description"
        required = f"{_REQUEST}/not/not/oneOf" if obligation == "semi-optional" else required
        test = _TESTS + _OBLIGATION_TESTS[obligation]
        yield _fact(f"{id_}-obligation", "Parameters", f"{name} is {page.require(obligation)}.", required, test=test)
    says = f"{name}: {page.require(description)}"
    yield _fact(f"{id_}-description", "Parameters", says, f"{pointer}/description")
    for number, (text, keyword, rule) in enumerate(_RULES.get(name, ()), 1):
        position = _RULE_POSITIONS.get(rule, {}).get(name, "")
        says, there = f"{name}: {page.require(text)}", f"{pointer}/{keyword}"
        yield _fact(f"{id_}-rule-{number}", "Parameters", says, there, test=_RULE_TESTS[rule], position=position)
    yield from _of_values(page, contract, name, pointer)


def _of_values(page: Page, contract: Mapping[str, Any], name: str, pointer: str) -> Iterator[Entry]:
    test = _TESTS + "documented_values_are_accepted_and_others_refused"
    values = page.require(_VALUES.get(name, ""))
    if name == "estimated_completion_time":
        values, pointer = page.require(_UNITS).upper(), "/components/schemas/TimePeriod/properties/time_period_uot"
    for value in filter(None, values.split(", ")):
        present = require(contract, f"{pointer}/enum").index(int(value) if value.isdigit() else value)
        yield _fact(
            f"parameter-{name}-{value}", "Parameters", f"{name} may be {value}.", f"{pointer}/enum/{present}", test=test
        )
    if name == "probability_to_win":
        for keyword, bound in (("minimum", 0), ("maximum", 100)):
            says = f"The {keyword} of {name} is {bound}."
            yield _fact(f"parameter-{name}-{keyword}", "Parameters", says, f"{pointer}/{keyword}", test=test)


def _of_example(page: Page, contract: Mapping[str, Any], title: str, name: str) -> Iterator[Entry]:
    request = f"{_OPERATION}/requestBody/content/application~1json/examples/{name}/value"
    answer = f"{_OPERATION}/responses/200/content/application~1json/examples/{name}/value"
    slug = title.lower().replace(" ", "-")
    test = _TESTS + "an_example_of_the_document_is_sent_whole"
    for member, value in require(contract, request).items():
        _require(page, member, value)
        says = f"The request of {title} has {member}: {_written(value)}."
        yield _fact(f"{slug}-request-{member}", f"{title}, request", says, f"{request}/{member}", test=test)
    for holder in ("status", "data"):
        for member, value in require(contract, f"{answer}/{holder}").items():
            _require(page, member, value)
            differs = title == "Example 1" and (holder in _OF_2015 or member in _OF_2015)
            position = {"status": "crmcom-status-texts", "time_to_completion": "crmcom-time-to-completion"}.get(
                holder if holder in _OF_2015 else member, "crmcom-echo"
            )
            says = f"The response of {title} has {holder}.{member}: {_written(value)}."
            pointer = f"{answer}/{holder}/{member}"
            yield _fact(
                f"{slug}-response-{holder}-{member}",
                f"{title}, response",
                says,
                pointer,
                test=_ANSWERED,
                position=position if differs else "",
            )


def _require(page: Page, name: str, value: Any) -> None:
    """Raise `ContractError` if the page lacks a value of an example."""
    if isinstance(value, dict):
        for inner, each in value.items():
            _require(page, inner, each)
    elif isinstance(value, list):
        for each in value:
            _require(page, name, each)
    else:
        page.require_value(name, value)


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(value)}" if value else "an empty object"
    if isinstance(value, list):
        return f"a set of {len(value)}" if value else "an empty set"
    return orjson.dumps(value).decode()


def _of_answer(contract: Mapping[str, Any], path: str, pointer: str, value: Any) -> Iterator[Entry]:
    """Yield a fact for each member of the response, and for those of its members."""
    if isinstance(value, list):
        items = f"{_holder(contract, pointer)}/items"
        for each in value:
            yield from _of_answer(contract, path, items, each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            member = _member(contract, pointer, name)
            place = f"{path}.{name}".strip(".")
            test = _TESTS + "the_answer_has_the_documented_members"
            yield _fact(f"answer-{place}", "Responses of the examples", f"The response has {place}.", member, test=test)
            yield from _of_answer(contract, place, member, inner)


def _member(contract: Mapping[str, Any], pointer: str, name: str) -> str:
    holder = _holder(contract, pointer)
    node = require(contract, holder)
    return next(f"{holder}/{key}/{name}" for key in ("properties", "x-variant-properties") if name in node.get(key, {}))


def _holder(contract: Mapping[str, Any], pointer: str) -> str:
    """Return the pointer of the schema that has the members, behind references."""
    node = require(contract, pointer)
    if "$ref" in node:
        return _holder(contract, node["$ref"].removeprefix("#"))
    return _holder(contract, f"{pointer}/allOf/0") if "allOf" in node else pointer


def _fact(id_: str, section: str, says: str, pointer: str, *, test: str = "", position: str = "") -> Entry:
    return entry(id_, DOCUMENTS[0], section, says, pointer, test=test, position=position)
