"""Read a supplied contract."""

from __future__ import annotations

from pathlib import Path

from crm_mocks.contract.supplied_contract import SuppliedContract


def read_contract(path: Path, name: str, prefix: str = "") -> SuppliedContract:
    """Read and adapt an OpenAPI document.

    Args:
        path: the file; further files below its folder are read where it refers to them.
        name: name of the vendor.
        prefix: path before all paths of the contract, such as `/theirs`.

    Raises:
        ContractError: the document cannot be used; the message is one line with file and line.
    """
    raise NotImplementedError
