"""The basis of what an exchange breaks: from the name that a violation carries to the document or position."""

from __future__ import annotations

from collections.abc import Iterable

from crm_contracts.judge.finding import DOCUMENTED
from crm_mocks.basis import DOCUMENT, HTTP, Basis
from crm_mocks.contract import Contract
from crm_mocks.errors import ContractError


def basis_of(name: str, contract: Contract | None, operation: str = "") -> Basis:
    """Return the basis that a violation or an outcome names.

    Args:
        name: "document", "http" or the id of a position.
        contract: of the vendor; `None` for a path of no vendor.
        operation: `<vendor>.<operationId>`; empty for an unmatched request.
    """
    if contract is None:
        return DOCUMENTED
    known = contract.operations.get(operation.partition(".")[2]) if operation else None
    try:
        return contract.basis(name, known)
    except ContractError:  # a recording of a contract that had other positions
        return contract.basis(DOCUMENT, known)


def is_position(name: str) -> bool:
    """Whether a violation or an outcome names a position as its basis."""
    return name not in (DOCUMENT, HTTP)


def shared(names: Iterable[str]) -> str:
    """Return the basis of what rests on several rules together: a position only if all of them rest on positions."""
    found = list(names)
    return next((name for name in found if not is_position(name)), found[0] if found else DOCUMENT)
