"""Clients that are functions, so that no process is needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.clients.model import BaselineRun, RunResult
from crm_contracts.fuzz.example_responses import ExampleResponse, example_responses
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.mutation_pool import mutation_pool

CREATE = "config_api.createLead"
BASELINE = BaselineRun(0, requests={CREATE: 1}, outcomes={CREATE: ("created_full",)}, records={"config_api.leads": 1})
CASES = FuzzCaseBuilder(30.0)


def start(outcome: str = "created_full", operation: str = CREATE) -> ExampleResponse:
    """Return a documented response."""
    return example_responses(operation, None, outcome)[0]


def mutations(kind: MutationKind, *, allowed: bool, outcome: str = "created_full") -> list[Any]:
    """Return the mutations of a kind."""
    found = mutation_pool(start(outcome))
    return list((found.allowed if allowed else found.forbidden)[kind])


def body_of(response: GeneratedResponse) -> Any:
    """Return the body of a response, or `None` if it is not JSON."""
    try:
        return json.loads(response.body)
    except ValueError:
        return None


class Fake:
    """A client that is a function from a case to the result of its run.

    Attributes:
        runs: cases that it got.
    """

    def __init__(
        self, client: Callable[[FuzzCase], RunResult], criteria: PassCriteria | None = None, printed: str = ""
    ) -> None:
        self._client = client
        self.judge = FuzzJudge(criteria or PassCriteria(), BASELINE)
        self._printed = printed
        self.runs: list[FuzzCase] = []

    def run_all(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        """Run cases."""
        self.runs += cases
        return [self.judge.judged(FuzzResult(each, self._client(each), self._printed)) for each in cases]


def crashes_where(weak: Callable[[GeneratedResponse], object]) -> Callable[[FuzzCase], RunResult]:
    """Return a client that ends with exit code 1 if a function is true of the response."""
    return lambda case: RunResult(1 if weak(case.response) else 0, requests=1, delivered=1)
