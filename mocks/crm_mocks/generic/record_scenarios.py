"""Scenarios of any contract: records that exist can be read, changed and deleted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_mocks.contract import ContractFile
from crm_mocks.generic.request_bodies import RequestBodies
from crm_mocks.generic.resources import Action, OperationRole, Resource
from crm_mocks.vendor.scenario import Scenario, ScenarioProvider, ScenarioResponse

_MISSING: Final = (404, 410)
_IN_ORDER: Final = (Action.READ, Action.UPDATE, Action.REPLACE, Action.DELETE)
_PAUSES: Final = (0.2, 1.0)
"""Seconds before a record is asked for again: some providers store in the background."""


def record_scenarios(
    resources: Iterable[Resource], roles: Mapping[str, OperationRole], contract_file: ContractFile
) -> dict[str, Scenario]:
    """Return a scenario for each resource with operations that name a record in their path.

    Args:
        resources: the resources.
        roles: what operations do, by operationId.
        contract_file: of the vendor.
    """
    scenarios = {}
    for resource in resources:
        operations = [
            operation
            for action in _IN_ORDER
            for operation in resource.operations.get(action, ())
            if roles[operation].has_key
        ]
        if operations and resource.is_creatable:
            name = f"created-{resource.name.replace('_', '-')}-exist"
            scenarios[name] = _scenario(resource, operations, roles, contract_file)
    return scenarios


def _scenario(
    resource: Resource, operations: list[str], roles: Mapping[str, OperationRole], contract_file: ContractFile
) -> Scenario:
    def scenario(provider: ScenarioProvider) -> None:
        bodies = RequestBodies(contract_file.in_force(provider.settings))
        for operation in operations:
            body: Any = None
            if roles[operation].action in (Action.UPDATE, Action.REPLACE):
                change = bodies.change(operation, resource.name)
                if change is None:
                    continue
                body = change[1]
            response = _response(provider, operation, body)
            provider.must(
                response.status not in _MISSING, f"{operation} of an existing {resource.item} got {response.status}"
            )

    scenario.__doc__ = f"A {resource.item} that was created or listed can be read, changed and deleted (document)."
    return scenario


def _response(provider: ScenarioProvider, operation: str, body: Any) -> ScenarioResponse:
    path_parameters = provider.path_parameters(operation)
    for pause in _PAUSES:
        response = provider.call(operation, body, path_parameters=path_parameters)
        if response.status not in _MISSING:
            return response
        time.sleep(pause)
    return provider.call(operation, body, path_parameters=path_parameters)
