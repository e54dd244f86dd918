"""What a generated client does with one resource of a supplied contract: create, read, list, change and delete."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract import ContractFile
from crm_mocks.contract.operation import Operation
from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.generic import GenericVendor
from crm_mocks.generic.body_places import find_list
from crm_mocks.generic.record_models import operation_nodes
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.response_schemas import request_schema, success_schema
from crm_mocks.generic.values import make_value
from crm_mocks.parsing.coercion import members
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
            body = make_value(document, body_schema, random.Random, validator=validator, owner=resource.name)
            step["body"] = _without_key(body, model.key_path, validator)
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
        "mistakes": _mistakes(document, operations[steps[0]["operation"]], steps[0]),
    }


def _is_complete(resource: Resource) -> bool:
    found = resource.operations
    return not resource.depth and all(each in found for each in _NEEDED) and any(each in found for each in _CHANGES)


def _without_key(body: Any, key_path: Sequence[str | int], validator: SchemaValidator) -> Any:
    """Return a body without the key of the record, which the provider chooses, unless the contract requires it."""
    if not isinstance(body, dict):
        return body
    shorter = {name: value for name, value in body.items() if [name] != [*key_path]}
    return shorter if validator.is_valid(shorter) else body


def _mistakes(document: Mapping[str, Any], create: Operation, step: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the mistakes that the contract of an operation forbids, with what `make_mistake` needs for them."""
    found: dict[str, dict[str, Any]] = {"wrong-path": {}}
    if create.security and {} not in create.security:
        found["no-credential"] = {}
    if create.body is None or "body" not in step:
        return found
    media_type = next(iter(create.body.media_types.values()))
    names = [name for name, _ in members(document, media_type.schema)]
    candidates = {
        "missing-member": [
            {name: step["body"][name] for name in step["body"] if name != left_out} for left_out in names
        ],
        "wrong-type": [{**step["body"], name: [{"x": 1}]} for name in names],
    }
    for kind, bodies in candidates.items():
        forbidden = next((each for each in bodies if not media_type.validator.is_valid(each)), None)
        if forbidden is not None:
            found[kind] = {"body": forbidden}
    return found


def _schemes(document: Mapping[str, Any]) -> list[str]:
    return list(document.get("components", {}).get("securitySchemes", {}))
