"""Records in responses: the members of the contract's schema, with references resolved."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from crm_mocks.contract.references import follow
from crm_mocks.vendor import Contract, MockResponse, RequestContext, documented
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.schemas import members, reference

_OK: Final = {"code": "OK", "message": "", "description": ""}
"""Status of a success (position crmcom-status-texts)."""

_KIND_OF: Final = {"ProductType": "product_types", "Country": "countries", "ContactInformation": "contacts"}
"""Kind of the records that a member refers to by id, by the schema of the record in the response."""


def success(context: RequestContext, outcome: str, data: dict[str, Any]) -> MockResponse:
    """Return the response of a request that succeeded."""
    return documented(context, outcome, {"status": _OK, "data": data})


@lru_cache(maxsize=1024)
def _member_forms(contract: Contract, schema: str) -> tuple[tuple[str, Any, str], ...]:
    """Return name, default value, and schema of the object, for each member of a schema."""
    return tuple(_member(contract, name, node) for name, node in members(contract, schema).items())


def _member(contract: Contract, name: str, node: dict[str, Any]) -> tuple[str, Any, str]:
    target = follow(contract.document, node)
    inner = reference(node)
    if inner and not target.get("nullable"):
        return name, {}, inner
    return name, (False if target.get("type") == "boolean" else None), inner


async def show(context: RequestContext, schema: str, record: Record | None) -> dict[str, Any] | None:
    """Return a record in the form of a schema of the contract; `None` for `None`."""
    if record is None:
        return None
    shown: dict[str, Any] = {}
    for name, default, inner in _member_forms(context.contract, schema):
        value = record.get(name, default)
        if inner and isinstance(value, str):
            value = await context.records.get(_KIND_OF[inner], value)
        shown[name] = await show(context, inner, value) if inner else value
    return shown
