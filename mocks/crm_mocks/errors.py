"""The exception tree of crm-mocks: everything raised on purpose descends from `CrmMocksError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_mocks.mock_response import MockResponse
    from crm_mocks.violations import Violation


class CrmMocksError(Exception):
    """Base of every error that crm-mocks raises on purpose."""


class UsageError(CrmMocksError):
    """The user asked for something impossible: a wrong option, file, setting or name.

    The message is one line that says what is wrong and what to do. The command line prints it on stderr and exits
    with code 2; the control API answers 400 with it.
    """


class ContractError(CrmMocksError):
    """A contract file cannot be used: it is unreadable, not OpenAPI 3.0, or contradicts itself."""


class Refusal(CrmMocksError):
    """A CRM refuses a request. Vendors raise subclasses that carry that vendor's own error body.

    Attributes:
        response: the response in the vendor's format, named after an outcome of the contract.
        violations: what was wrong with the request; empty for refusals that break no rule of the contract, such as
            an exceeded rate limit.
    """

    def __init__(self, response: MockResponse, violations: tuple[Violation, ...] = ()) -> None:
        super().__init__(response.outcome)
        self.response = response
        self.violations = violations

    @property
    def status_code(self) -> int:
        """The status, under the name by which connexion picks the most telling of several refusals."""
        return self.response.status
