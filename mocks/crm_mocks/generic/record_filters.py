"""Filters of lists: query parameters that are named as members of the records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_mocks.generic.member_names import plain_name
from crm_mocks.generic.operation_plans import OperationPlan
from crm_mocks.generic.paging import PAGING_NAMES

Filters = list[tuple[str, list[str]]]
"""Wanted values by member."""


def filters_of(plan: OperationPlan, query: Sequence[tuple[str, str]]) -> Filters:
    """Return the wanted values of members.

    Args:
        plan: of the operation that lists the records.
        query: names and values of the query parameters.
    """
    if not query:
        return []
    parameters, members = plan.query_parameters, plan.model.members
    filters: Filters = []
    sent: dict[str, list[str]] = {}
    for name, value in query:
        if not value:
            continue
        if name.removesuffix("[]") in parameters or name in parameters:
            sent.setdefault(name.removesuffix("[]"), []).append(value)
    for name, values in sent.items():
        plain = plain_name(name.removeprefix("filter"))
        if name in plan.pages.names or plain not in members or plain_name(name) in PAGING_NAMES:
            continue
        filters.append((members[plain], [part for value in values for part in (*value.split(","), value)]))
    return filters


def matches(record: Any, filters: Filters) -> bool:
    """Return whether each member that is filtered by has one of the wanted values."""
    return all(not isinstance(held := record.get(name), dict) and _holds(held, wanted) for name, wanted in filters)


def _holds(held: Any, wanted: list[str]) -> bool:
    if isinstance(held, list):
        return any(_holds(each, wanted) for each in held if not isinstance(each, dict))
    return held is not None and str(held).lower() in [each.lower() for each in wanted]
