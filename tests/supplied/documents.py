"""Small contracts for the tests of this folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crm_mocks.contract import Contract, ContractFile
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.supplied import read_contract

OK = {"200": {"description": "fine"}}


def document(version: str = "3.0.3", **parts: Any) -> dict[str, Any]:
    """Return a contract; without `paths` it has the operation GET /leads."""
    paths = {"/leads": {"get": {"operationId": "getLeads", "responses": OK}}}
    return {"openapi": version, "info": {"title": "Small CRM", "version": "1"}, "paths": paths, **parts}


def supplied(folder: Path, contract: dict[str, Any], prefix: str = "") -> SuppliedContract:
    """Write a contract as `crm.json` and read it as a supplied one."""
    path = folder / "crm.json"
    path.write_text(json.dumps(contract, indent=1), encoding="utf-8")
    return read_contract(path, "crm", prefix)


def served(folder: Path, contract: dict[str, Any], prefix: str = "") -> Contract:
    """Return a supplied contract, ready to judge requests."""
    return ContractFile.supplied("crm", supplied(folder, contract, prefix)).in_force(None)


def with_schema(version: str, schema: Any, **schemas: Any) -> dict[str, Any]:
    """Return a contract whose operation createLead takes and answers a schema."""
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "createLead",
        "requestBody": {"content": content},
        "responses": {"201": {"description": "made", "content": content}},
    }
    return document(version, paths={"/leads": {"post": operation}}, components={"schemas": schemas})
