"""Scenarios: rules of a CRM that hold over several requests, played by `crm-mocks verify`.

Each public function of a vendor's `scenarios.py` is a scenario. Its name, with hyphens, is the name of the rule; its
docstring states the rule and its source. It talks to a `ScenarioProvider`, the real CRM or a mock, and says what must
hold.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor.loading import load_vendor, vendor_module, vendor_names


class UnusableResponse(CrmMocksError):
    """A response lacks something that a scenario needs."""


@dataclass(frozen=True)
class ScenarioResponse:
    """A response.

    Attributes:
        status: HTTP status.
        body: decoded JSON; `None` if it is not JSON.
        refused: the request was refused, by the status or in the body.
    """

    status: int
    body: Any
    refused: bool

    def at(self, *path: str | int) -> Any:
        """Return a part of the body.

        Args:
            path: names of members and indexes of entries.

        Raises:
            UnusableResponse: there is no such part.
        """
        found = self.body
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                raise UnusableResponse(f"the response {self.status} has no {'.'.join(map(str, path))}") from None
        return found


class ScenarioProvider(Protocol):
    """A provider as scenarios talk to it.

    Attributes:
        settings: the vendor's settings, which describe the provider.
        data: the provider's reference data; see `SampleRequests.reference_data`.
    """

    settings: Any
    data: Mapping[str, Any]

    def example(self, operation: str) -> Any:
        """Return the body of the contract's first valid example request; `None` if it has none.

        Args:
            operation: operationId.
        """

    def good(self, operation: str) -> Any:
        """Return that example as the provider accepts it: with records that exist, and new values where needed.

        Args:
            operation: operationId.
        """

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return headers with the right credentials for an operation.

        Args:
            operation: operationId.
        """

    def path_parameters(self, operation: str) -> Mapping[str, Any]:
        """Return path parameters that name existing records; end the scenario if there are none.

        Args:
            operation: operationId.
        """

    def call(
        self,
        operation: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        path_parameters: Mapping[str, Any] | None = None,
    ) -> ScenarioResponse:
        """Call an operation with the right credentials.

        Args:
            operation: operationId.
            body: JSON value, or fields of a form; `None` sends none.
            headers: sent in place of the headers with the credentials.
            path_parameters: values of the path's parameters.
        """

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None) -> ScenarioResponse:
        """Send a request without a body that belongs to no operation.

        Args:
            method: HTTP method.
            path: below the provider's URL.
            headers: header lines.
        """

    def must(self, holds: bool, what: str) -> None:  # noqa: FBT001  # reads as a sentence
        """Fail the scenario unless a condition holds.

        Args:
            holds: the condition.
            what: what was expected and what came, in a sentence about the latest response.
        """

    def need(self, holds: bool, what: str) -> None:  # noqa: FBT001  # reads as a sentence
        """End the scenario, without a finding, unless a condition holds that other checks report.

        Args:
            holds: the condition.
            what: what is missing, in a sentence about the latest response.
        """

    def skip(self, why: str) -> NoReturn:
        """End the scenario: it cannot be played now.

        Args:
            why: what is missing, in a sentence.
        """


Scenario = Callable[[ScenarioProvider], None]


def scenarios_of(vendor: str) -> dict[str, Scenario]:
    """Return a vendor's scenarios by the names of their rules: of its module, in order, else of the vendor."""
    module = vendor_module(vendor, "scenarios")
    if module is None:
        of_vendor: dict[str, Scenario] = (
            getattr(load_vendor(vendor), "scenarios", {}) if vendor in vendor_names() else {}
        )
        return of_vendor
    return {
        name.replace("_", "-"): function
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }
