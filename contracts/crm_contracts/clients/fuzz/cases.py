"""Generated cases: a documented response with mutations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from crm_contracts.clients.case_findings import response_basis
from crm_contracts.clients.model import FAULT, class_of
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_assembly import assemble, broken_rule_of
from crm_contracts.fuzz.response_builder import Mutation, MutationNotApplicable
from crm_mocks.asgi.response_definition import MAX_DELAY_MS
from crm_mocks.basis import DOCUMENT, HTTP
from crm_mocks.contract import Operation
from crm_mocks.faults import Fault

ALLOWED: Final = "allowed"
FORBIDDEN: Final = "forbidden"

CONNECTION: Final = ("transport", "connection")
"""Location of mutations of the connection."""

_SILENCE_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = MAX_DELAY_MS / 1000 - _SILENCE_SECONDS
"""Longest time limit of a run: mocks cannot delay a response for longer than that and the silence."""

_SLOW: Final = 0.2
_SLOWEST_SECONDS: Final = 1.0
"""A slow response takes this part of the time limit, and at most these seconds."""


@dataclass(frozen=True, eq=False)
class FuzzCase:
    """A generated response that a client program gets.

    Attributes:
        response: the response.
        always: every request to the operation gets it, rather than the first one only.
        example: the documented response it was made from; `None` for a reproduction.
        mutations: mutations of the documented response.
        basis: what the documented response rests on; see `Case`.
    """

    response: GeneratedResponse
    always: bool = False
    example: ExampleResponse | None = None
    mutations: tuple[Mutation, ...] = ()
    basis: str = DOCUMENT

    @property
    def operation(self) -> str:
        """See `Case`."""
        return self.response.operation

    @property
    def fault(self) -> Fault | None:
        """See `Case`."""
        return self.response.fault

    @property
    def delay_ms(self) -> int:
        """See `Case`."""
        return self.response.delay_ms

    @property
    def is_refusal(self) -> bool | None:
        """See `Case`."""
        is_documented = self.response.kind is MutationKind.DOCUMENTED and self.example is not None
        return self.example.outcome.is_refusal if is_documented and self.example else None

    @property
    def names(self) -> tuple[str, ...]:
        """See `Case`."""
        response = self.response
        return (response.kind, response.outcome if response.fault is None else response.fault.value)

    @property
    def categories(self) -> tuple[str, ...]:
        """See `Case`."""
        response = self.response
        return (
            str(response.status),
            ALLOWED if response.allowed else FORBIDDEN,
            class_of(response.status) if response.fault is None else FAULT,
        )

    @property
    def often(self) -> str:
        """`once` or `always`."""
        return "always" if self.always else "once"

    @property
    def unusual(self) -> str:
        """What is unusual about it, in words."""
        words = self.response.unusual or "as documented"
        return f"{words}, given always" if self.always else words

    def __str__(self) -> str:
        return f"{self.operation}, {self.response.status} {self.response.outcome}: {self.unusual}"

    def as_queued(self) -> dict[str, Any]:
        """See `Case`."""
        return {**self.response.as_queued(), "times": None if self.always else 1}


class FuzzCaseBuilder:
    """Builds cases from documented responses."""

    def __init__(self, seconds: float) -> None:
        """Choose the delays of responses.

        Args:
            seconds: time limit of a run. A response that never comes is delayed beyond it, which finds clients without
                a time limit of their own; a slow one comes well before.
        """
        self._silence_ms = _silence_ms(seconds)
        self._slow_ms = round(min(seconds * _SLOW, _SLOWEST_SECONDS) * 1000)

    def build(
        self, example: ExampleResponse, mutations: Iterable[Mutation], *, allowed: bool, always: bool = False
    ) -> FuzzCase:
        """Return a documented response with mutations, without those that another one rules out.

        Args:
            example: the documented response.
            mutations: mutations in the order of application.
            allowed: the contract allows each of them.
            always: every request to the operation gets it.
        """
        builder, applied = example.builder, list[Mutation]()
        for each in mutations:
            if any(before.excludes(each.location) for before in applied):
                continue
            try:
                builder = each.apply(builder)
            except MutationNotApplicable:
                continue
            applied.append(each)
        if builder.delay_ms:
            never = builder.fault is Fault.TIMEOUT and builder.phase == "before"
            builder = replace(builder, delay_ms=self._silence_ms if never else self._slow_ms)
        if allowed and len(applied) > 1:
            allowed = not example.violations(builder)  # rules that span members may forbid the combination
        rule = broken_rule_of(example, applied[0]) if len(applied) == 1 and not allowed else ""
        response = assemble(example, builder, applied, rule, allowed=allowed)
        basis = basis_of_response(response, example.operation)
        return FuzzCase(response, always, example, tuple(applied), basis)

    def unmodified(self, example: ExampleResponse, *, always: bool = False) -> FuzzCase:
        """Return a documented response as it is."""
        return self.build(example, (), allowed=True, always=always)


def outlasting(case: FuzzCase, seconds: float) -> FuzzCase:
    """Return a case for a longer time limit: a response that never comes does not come within that limit either."""
    if case.delay_ms <= _SLOWEST_SECONDS * 1000:
        return case
    return replace(case, response=replace(case.response, delay_ms=_silence_ms(seconds)))


def _silence_ms(seconds: float) -> int:
    return round((seconds + _SILENCE_SECONDS) * 1000)


def basis_of_response(response: GeneratedResponse, operation: Operation) -> str:
    """Return what a generated response rests on: the documented response, unless a fault or a proxy replaces it."""
    outcome = operation.outcomes.get(response.outcome)
    if response.fault is not None or outcome is None or outcome.status != response.status:
        return HTTP
    return response_basis(operation, outcome)


def takes_time(mutation: Mutation, example: ExampleResponse) -> bool:
    """Return whether a mutation makes a client wait."""
    return mutation.location == CONNECTION and mutation.apply(example.builder).delay_ms > 0
