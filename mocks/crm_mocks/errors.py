"""The exceptions of crm-mocks: all derive from `CrmMocksError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_mocks.mock_response import MockResponse
    from crm_mocks.violations import Violation


class CrmMocksError(Exception):
    """Base class of all errors that crm-mocks raises."""


class UsageError(CrmMocksError):
    """An option, file, setting or name is wrong.

    The message is one line that says what is wrong and what to do. The command line prints it on stderr and exits
    with code 2; the control API returns 400 with it.
    """


class ContractError(CrmMocksError):
    """A contract cannot be used: it is unreadable, not OpenAPI 3.0, or inconsistent."""


class Refusal(CrmMocksError):
    """A vendor refuses a request. Subclasses carry the vendor's own error body.

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
