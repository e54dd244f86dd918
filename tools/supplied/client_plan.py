"""What a generated client does with one resource of a supplied contract: create, read, list, change and delete."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract import ContractFile
from crm_mocks.generic import GenericVendor
from crm_mocks.generic.body_places import find_list
from crm_mocks.generic.record_models import operation_nodes
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.response_schemas import request_schema, success_schema
from crm_mocks.generic.values import make_value
from crm_mocks.supplied import read_contract

_CHANGES: Final = (Action.UPDATE, Action.REPLACE)
_NEEDED: Final = (Action.CREATE, Action.READ, Action.LIST, Action.DELETE)


def make_plan(file: Path, name: str = "") -> dict[str, Any]:
    """Return the plan for a resource that can be created, read, listed, changed and deleted, as JSON.

    Args:
        file: the contract.
        name: of the resource; the first complete one if empty.

    Raises:
        LookupError: there is no such resource.
    """
    contract = read_contract(file, "supplied")
    vendor = GenericVendor("supplied", contract)
    resource = next(
        (each for each in vendor.resources.values() if name in ("", each.name) and _is_complete(each)), None
    )
    if resource is None:
        raise LookupError(f"{file}: no resource that can be created, read, listed, changed and deleted")
    document = vendor.document
    operations = ContractFile.supplied("supplied", contract).in_force(None).operations
    nodes = operation_nodes(document)
    model = vendor.model(resource.name)
    steps: list[dict[str, Any]] = []
    change = next(each for each in _CHANGES if each in resource.operations)
    for action in (Action.CREATE, Action.READ, Action.LIST, change, Action.READ, Action.DELETE, Action.READ):
        operation_id = resource.operations[action][0]
        step: dict[str, Any] = {"action": str(action), "operation": operation_id, "key": resource.key_parameter}
        operation, node = operations[operation_id], nodes[operation_id].node
        step["unnamed"] = f"{operation.path.removeprefix(contract.server_path)}_{operation.method}"
        body_schema, response = request_schema(document, node), success_schema(document, node)
        if operation.body is not None and body_schema is not None:
            validator = next(iter(operation.body.media_types.values())).validator
            step["body"] = make_value(document, body_schema, random.Random, validator=validator, owner=resource.name)
        if response is not None and action is Action.LIST:
            place = find_list(document, response, resource.item)
            step["place"] = [*place.path] if place is not None else None
            step["entry"] = [*place.entry] if place is not None else []
        elif response is not None:
            step["place"] = model.record_place(response)
        steps.append(step)
    return {
        "resource": resource.name,
        "key_path": model.key_path,
        "steps": steps,
        "scheme": _schemes(document),
        "base_path": contract.server_path,
        "can_lack_members": _accepts_nothing(steps[0], operations),
    }


def _is_complete(resource: Resource) -> bool:
    found = resource.operations
    return not resource.depth and all(each in found for each in _NEEDED) and any(each in found for each in _CHANGES)


def _accepts_nothing(create: Mapping[str, Any], operations: Mapping[str, Any]) -> bool:
    """Return whether a record can be created without any member."""
    body = operations[create["operation"]].body
    return body is None or next(iter(body.media_types.values())).validator.is_valid({})


def _schemes(document: Mapping[str, Any]) -> list[str]:
    return list(document.get("components", {}).get("securitySchemes", {}))
