"""Rules of a vendor find records by the members that it names."""

from __future__ import annotations

from typing import ClassVar

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.generic import GenericVendor
from crm_mocks.vendor import DocumentedRefusal, Indexed
from tests.generic.small_crm import SMALL, vendor

BOB = {"email": "bob@example.com"}


class OnceVendor(GenericVendor):
    """Takes each address once."""

    indexed: ClassVar[Indexed] = {"contacts": {"email": str.lower}}

    async def respond(self, context):
        is_new = context.operation.id == "createContact"
        if is_new and await self.find(context, "contacts", "email", context.body["email"]):
            raise DocumentedRefusal(context, "status_409")
        return await super().respond(context)


@pytest.fixture
def once(api):
    """The small CRM with that rule."""
    return api(OnceVendor("small", vendor(SMALL).contract_file))


def test_a_created_record_is_found(once):
    assert once.post("/contacts", json=BOB).status_code == 201
    assert once.post("/contacts", json={"email": "BOB@example.com"}).status_code == 409


def test_an_example_of_the_contract_is_not_found_so_that_its_own_request_succeeds(once):
    assert once.get("/contacts/7").json()["email"] == "ada@example.com"
    assert once.post("/contacts", json={"email": "ada@example.com"}).status_code == 201


def test_a_deleted_record_is_not_found(once):
    created = once.post("/contacts", json=BOB).json()
    once.request("DELETE", f"/contacts/{created['id']}")
    assert once.post("/contacts", json=BOB).status_code == 201


def test_a_changed_record_is_found_by_its_value_now(once):
    created = once.post("/contacts", json=BOB).json()
    once.request("PATCH", f"/contacts/{created['id']}", json={"email": "new@example.com"})
    assert once.post("/contacts", json={"email": "new@example.com"}).status_code == 409
    assert once.post("/contacts", json=BOB).status_code == 201


def test_an_unknown_resource_is_an_error():
    class Misspelt(GenericVendor):
        indexed: ClassVar[Indexed] = {"contact": {"email": str.lower}}

    with pytest.raises(UsageError, match=r"'indexed' names contact, which is none of the resources: .*contacts"):
        Misspelt("small", vendor(SMALL).contract_file)
