"""Clients that are functions, so that nothing has to be started."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.example_responses import ExampleResponse, example_responses
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.mutation_pool import mutation_pool
from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.model import FuzzResult
from crm_contracts.clients.fuzz.criteria import Judge, Rules
from crm_contracts.clients.model import RunResult, BaselineRun

CREATE = "config_api.createLead"
PLAIN = BaselineRun(0, requests={CREATE: 1}, outcomes={CREATE: ("created_full",)}, records={"config_api.leads": 1})
MAKER = FuzzCaseBuilder(30.0)


def start(outcome: str = "created_full", operation: str = CREATE) -> ExampleResponse:
    """Return a documented answer."""
    return example_responses(operation, None, outcome)[0]


def mutations(kind: MutationKind, *, allowed: bool, outcome: str = "created_full") -> list[Any]:
    """Return the alterations of a kind."""
    found = mutation_pool(start(outcome))
    return list((found.allowed if allowed else found.forbidden)[kind])


def body_of(answer: GeneratedResponse) -> Any:
    """Return the body of an answer, or nothing where it is not JSON."""
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


class Fake:
    """A client that does what a function says: it takes an answer, and returns what becomes of the client.

    Attributes:
        runs: what it was given.
    """

    def __init__(self, client: Callable[[FuzzCase], RunResult], rules: Rules | None = None, printed: str = "") -> None:
        self._client = client
        self.judge = Judge(rules or Rules(), PLAIN)
        self._printed = printed
        self.runs: list[FuzzCase] = []

    def try_all(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        """Try attempts."""
        self.runs += cases
        return [self.judge.judged(FuzzResult(each, self._client(each), self._printed)) for each in cases]


def crashes_where(weak: Callable[[GeneratedResponse], object]) -> Callable[[FuzzCase], RunResult]:
    """Return a client that ends with exit code 1 where a function is true of its answer."""
    return lambda case: RunResult(1 if weak(case.answer) else 0, requests=1, met=1)
