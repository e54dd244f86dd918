"""Records as CRM.COM's answers show them: the members of the contract's schema, references resolved."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from crm_mocks.contract import Contract
from crm_mocks.contract.references import follow
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.schemas import example, members, reference

_KIND_OF: Final = {"ProductType": "product_types", "Country": "countries", "ContactInformation": "contacts"}
"""Which records a member refers to by id, by the schema in which the answer shows them."""


def accepted(context: RequestContext, outcome: str, data: dict[str, Any]) -> MockResponse:
    """Return the answer of a call that succeeded."""
    return MockResponse(200, outcome, {"status": example(context.contract, "StatusOk"), "data": data})


@lru_cache(maxsize=1024)
def _plan(contract: Contract, schema: str) -> tuple[tuple[str, Any, str], ...]:
    """Return name, value when absent, and schema of the object, for each member of a schema."""
    return tuple(_member(contract, name, node) for name, node in members(contract, schema).items())


def _member(contract: Contract, name: str, node: dict[str, Any]) -> tuple[str, Any, str]:
    target = follow(contract.document, node)
    inner = reference(node)
    if inner and not target.get("nullable"):
        return name, {}, inner
    return name, (False if target.get("type") == "boolean" else None), inner


async def show(context: RequestContext, schema: str, record: Record | None) -> dict[str, Any] | None:
    """Return a record in the form of a schema of the contract; `None` stays `None`."""
    if record is None:
        return None
    shown: dict[str, Any] = {}
    for name, absent, inner in _plan(context.contract, schema):
        value = record.get(name, absent)
        if inner and isinstance(value, str):
            value = await context.records.get(_KIND_OF[inner], value)
        shown[name] = await show(context, inner, value) if inner else value
    return shown
