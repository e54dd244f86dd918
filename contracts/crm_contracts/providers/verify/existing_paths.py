"""Paths of cases that name records of the provider, so that no 404 hides how the rest of a request is treated."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from crm_contracts.providers.verify.sample_requests import GuardedSamples
from crm_mocks.contract import Operation
from crm_mocks.errors import CrmMocksError

_GENERATED_EVERY: Final = 4
"""One case in this many keeps its generated path parameters, which usually name no record."""

_NOT_FOUND: Final = frozenset({404, 410})


class ExistingPaths:
    """Makes cases name existing records."""

    def __init__(
        self, samples: GuardedSamples, operations: Mapping[str, Operation], remark: Callable[[str], None]
    ) -> None:
        """Start without cases.

        Args:
            samples: name existing records.
            operations: of the contract, by operationId; may be filled later.
            remark: called with a sentence about requests that cannot name records.
        """
        self._samples = samples
        self._operations = operations
        self._remark = remark
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
        self._existing: set[str] = set()

    def name_records(self, case: Any, operation: str) -> None:
        """Let the path of a case name existing records.

        Chains of operations name the records that they have created; some cases keep the generated names, as do those
        that violate the contract in their path.

        Args:
            case: of the operation's method.
            operation: operationId.
        """
        if case.meta is None or case.meta.phase.name is TestPhase.STATEFUL or not case.path_parameters:
            return
        if case.meta.is_negative_at(ParameterLocation.PATH) or next(self._numbers[operation]) % _GENERATED_EVERY == 0:
            return
        try:
            named = self._samples.path_parameters(operation, dict(case.path_parameters))
        except CrmMocksError as error:
            self._remark(f"{operation}: requests with the path of an existing record: {error}")
            return
        changed = {name: value for name, value in named.items() if str(value) != str(case.path_parameters.get(name))}
        if changed and self._fit(operation, changed):
            case.path_parameters = {**case.path_parameters, **changed}
            self._existing.add(case.id)

    def may_be_unknown(self, case: Any, status: int) -> bool:
        """Return whether a response says that there is no such record, and none is known to exist."""
        return bool(case.path_parameters) and status in _NOT_FOUND and case.id not in self._existing

    def _fit(self, operation: str, path_parameters: Mapping[str, Any]) -> bool:
        """Return whether path parameters satisfy the contract, which identifiers in responses need not."""
        validators = {
            each.name: each.validator for each in self._operations[operation].parameters if each.place == "path"
        }
        return all(validators[name].is_valid(value) for name, value in path_parameters.items() if name in validators)
