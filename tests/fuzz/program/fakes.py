"""Clients that are functions, so that nothing has to be started."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.documented import Documented, documented
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.pools import pool
from crm_contracts.fuzz.program.attempt import Attempt, Maker
from crm_contracts.fuzz.program.model import Trial
from crm_contracts.fuzz.program.rules import Judge, Rules
from crm_contracts.trial.model import Did, Plain

CREATE = "config_api.createLead"
PLAIN = Plain(0, requests={CREATE: 1}, outcomes={CREATE: ("created_full",)}, records={"config_api.leads": 1})
MAKER = Maker(30.0)


def start(outcome: str = "created_full", operation: str = CREATE) -> Documented:
    """Return a documented answer."""
    return documented(operation, None, outcome)[0]


def alterations(kind: Kind, *, allowed: bool, outcome: str = "created_full") -> list[Any]:
    """Return the alterations of a kind."""
    found = pool(start(outcome))
    return list((found.allowed if allowed else found.forbidden)[kind])


def body_of(answer: FuzzedAnswer) -> Any:
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

    def __init__(self, client: Callable[[Attempt], Did], rules: Rules | None = None, printed: str = "") -> None:
        self._client = client
        self.judge = Judge(rules or Rules(), PLAIN)
        self._printed = printed
        self.runs: list[Attempt] = []

    def try_all(self, attempts: Sequence[Attempt]) -> list[Trial]:
        """Try attempts."""
        self.runs += attempts
        return [self.judge.judged(Trial(each, self._client(each), self._printed)) for each in attempts]


def crashes_where(weak: Callable[[FuzzedAnswer], object]) -> Callable[[Attempt], Did]:
    """Return a client that ends with exit code 1 where a function is true of its answer."""
    return lambda attempt: Did(1 if weak(attempt.answer) else 0, requests=1, met=1)
