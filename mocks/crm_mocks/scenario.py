"""What `vendors/<vendor>/scenarios.py` is written with: what a CRM promises over several requests.

Each public function of that module is a scenario. Its name, with hyphens, is the name of the rule, and its docstring
says the rule. It takes a `ScenarioProvider`, real or a mock, and says what must hold. `crm-mocks verify` plays
them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from crm_mocks.errors import CrmMocksError


class UnusableResponse(CrmMocksError):
    """An answer lacks what a scenario needs of it."""


@dataclass(frozen=True)
class ScenarioResponse:
    """An answer.

    Attributes:
        status: HTTP status.
        body: decoded JSON; `None` where it is not JSON.
        refused: the request was refused, be it by the status or in the body.
    """

    status: int
    body: Any
    refused: bool

    def at(self, *path: str | int) -> Any:
        """Return a part of the body.

        Args:
            path: names of members and indexes of entries.

        Raises:
            Unusable: there is no such part.
        """
        found = self.body
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                raise UnusableResponse(f"the answer {self.status} has no {'.'.join(map(str, path))}") from None
        return found


class ScenarioProvider(Protocol):
    """A provider, as a scenario talks to it.

    Attributes:
        settings: the vendor's settings, which say what the provider is like.
    """

    settings: Any

    def example(self, operation: str) -> Any:
        """Return the body of the contract's first good example; `None` where it has none.

        Args:
            operation: operationId.
        """

    def good(self, operation: str) -> Any:
        """Return the example as the provider accepts it: with what it knows, and new where it must be.

        Args:
            operation: operationId.
        """

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the headers with the good credentials that an operation asks for.

        Args:
            operation: operationId.
        """

    def call(self, operation: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> ScenarioResponse:
        """Call an operation with good credentials.

        Args:
            operation: operationId.
            body: JSON value, or fields of a form; none is sent for `None`.
            headers: sent in place of the headers with the credentials.
        """

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None) -> ScenarioResponse:
        """Send a request without a body that is none of an operation.

        Args:
            method: HTTP method.
            path: below the provider's URL.
            headers: header lines.
        """

    def must(self, holds: bool, what: str) -> None:  # noqa: FBT001  # reads as a sentence
        """Fail the scenario unless something holds.

        Args:
            holds: whether it does.
            what: what was expected and what came, in a sentence about the latest answer.
        """

    def skip(self, why: str) -> NoReturn:
        """End the scenario: it cannot be played now.

        Args:
            why: what is lacking, in a sentence.
        """
