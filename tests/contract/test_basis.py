"""What the names of a basis mean in a contract."""

from __future__ import annotations

import pytest

from crm_mocks.contract import Basis, BasisKind, Contract
from crm_mocks.errors import ContractError
from crm_mocks.vendor import load_vendor
from tests.vendors.discovery import Variant


@pytest.fixture(scope="module")
def activix() -> Contract:
    return Variant("activix").contract()


def test_a_position_says_what_we_chose_and_what_changes_it(activix: Contract) -> None:
    assert activix.basis("activix-created-body") == Basis(
        BasisKind.POSITION,
        source="Push document, response 200; the vendor's later documentation",
        position="activix-created-body",
        text="Empty, as in 2018-07; the later body with the setting, or on request as `created_message`.",
        setting="activix.created_body (2018-07, 2018-11; 2018-07)",
    )


def test_a_position_that_nothing_changes_has_no_setting(activix: Contract) -> None:
    assert activix.basis("activix-rate-numeric").setting == ""


def test_positions_of_the_host_belong_to_every_contract(activix: Contract) -> None:
    assert activix.basis("host-limits").setting.startswith("host.body_bytes")


def test_http_is_named_by_its_rfc(activix: Contract) -> None:
    assert activix.basis("http") == Basis(BasisKind.HTTP, "RFC 9110")
    assert activix.basis("http", location=("header", "retry-after")).source == "RFC 9110, section 10.2.3"


def test_an_unknown_position_is_refused(activix: Contract) -> None:
    with pytest.raises(ContractError, match="activix has no position 'activix-nothing'"):
        activix.basis("activix-nothing")


@pytest.mark.parametrize(
    ("location", "source"),
    [
        (("path",), "Push: Lead (2018-07-03)"),
        (("body",), "The Lead object (2018-10-16)"),
        (("body", "civility"), "The Lead object (2018-10-16)"),
        (("body", "vehicles", 0, "fuel"), "The Vehicle object (2018-10-16)"),
        (("body", "advisor", "email"), "The User object (2018-10-16)"),
        (("body", "nobody", "knows"), "The Lead object (2018-10-16)"),
    ],
)
def test_the_nearest_document_is_the_source(activix: Contract, location: tuple[str | int, ...], source: str) -> None:
    assert activix.basis("document", activix.operations["createLead"], location).source == source


def test_an_operation_may_have_a_document_of_its_own() -> None:
    contract = Variant("config_api").contract()
    assert contract.basis("document", contract.operations["getLeadConfig"]).source.startswith("Get the lead config")
    assert contract.basis("document").source.startswith("Create a new Lead")


def test_of_an_answer_the_parts_that_are_ours_rest_on_positions(activix: Contract) -> None:
    operation = activix.operations["createLead"]
    [challenge] = [each for each in operation.responses[401].headers if each.name == "www-authenticate"]
    unauthenticated = operation.responses[401]
    assert {unauthenticated.basis, unauthenticated.body_basis, challenge.basis} == {"activix-unauthorized"}
    created, refused = operation.responses[200], operation.responses[422]
    assert (created.basis, created.body_basis) == ("document", "activix-created-body")
    assert (refused.basis, refused.body_basis) == ("document", "document")


@pytest.mark.parametrize(
    ("outcome", "basis"),
    [
        ("created", "document"),
        ("replaced", "activix-same-id-again"),
        ("unknown_account", "document"),
        ("account_missing", "activix-account-reference"),
        ("credentials_missing", "activix-unauthorized"),
        ("unknown_path", "activix-protocol"),
        ("server_error", "document"),
    ],
)
def test_an_outcome_rests_on_its_own_mark_or_that_of_its_status(activix: Contract, outcome: str, basis: str) -> None:
    assert activix.operations["createLead"].outcomes[outcome].basis == basis


def test_every_basis_of_every_contract_is_known() -> None:
    for vendor in ("activix", "config_api", "crmcom", "leadbank"):
        contract = load_vendor(vendor).contract_file.in_force(load_vendor(vendor).settings_type())
        for operation in contract.operations.values():
            for outcome in operation.outcomes.values():
                assert contract.basis(outcome.basis, operation).source


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (("body", "leadCustomer", "lastname"), "Last name of the lead customer"),
        (("body", "nobody"), ""),
        (("path",), ""),
    ],
)
def test_a_document_is_quoted_about_the_member(location: tuple[str | int, ...], words: str) -> None:
    contract = Variant("config_api").contract()
    assert contract.basis("document", contract.operations["createLead"], location).text == words


def test_a_document_is_quoted_about_a_parameter() -> None:
    contract = Variant("config_api").contract()
    basis = contract.basis("document", contract.operations["createLead"], ("header", "accept-language"))
    assert basis.text.startswith("The preferred language of errorMessage")
