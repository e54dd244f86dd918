"""Resolve the basis of violations and outcomes: from its name to the document or position."""

from __future__ import annotations

from collections.abc import Iterable

from crm_contracts.judge.finding import DOCUMENTED
from crm_mocks.basis import DOCUMENT, HTTP, HTTP_SOURCES, MESSAGE_SOURCE, Basis, BasisKind
from crm_mocks.contract import Contract
from crm_mocks.errors import ContractError
from crm_mocks.location import Location


def basis_of(
    name: str,
    contract: Contract | None,
    operation: str = "",
    location: Location = (),
    status: int | None = None,
) -> Basis:
    """Return the basis named by a violation or outcome.

    Args:
        name: "document", "http" or the id of a position.
        contract: contract of the vendor; `None` if the path belongs to no vendor.
        operation: `<vendor>.<operationId>`; empty for an unmatched request.
        location: location of the violation.
        status: status of the response, if the response breaks the rule.
    """
    if contract is None:
        is_http = name == HTTP
        return Basis(BasisKind.HTTP, HTTP_SOURCES.get(location, MESSAGE_SOURCE)) if is_http else DOCUMENTED
    documented = contract.operations.get(operation.partition(".")[2]) if operation else None
    try:
        return contract.basis(name, documented, location, status)
    except ContractError:  # recorded with a version of the contract that had other positions
        return contract.basis(DOCUMENT, documented, location, status)


def is_position(name: str) -> bool:
    """Return whether a basis is a position."""
    return name not in (DOCUMENT, HTTP)


def common_basis(names: Iterable[str]) -> str:
    """Return the basis of what rests on several rules together: a position only if all of them rest on positions."""
    found = list(names)
    return next((name for name in found if not is_position(name)), found[0] if found else DOCUMENT)
