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

    The message is one line that states the problem and the remedy. The command line prints it on stderr and exits
    with code 2; the control API returns it with status 400.
    """


class DuplicateKeyError(CrmMocksError):
    """A YAML or JSON document has a key twice in the same object, so that one value would replace the other.

    Attributes:
        key: the key.
        lines: both lines, starting at 1.
    """

    def __init__(self, key: str, lines: tuple[int, int]) -> None:
        super().__init__(f"the key '{key}' is written twice, in lines {lines[0]} and {lines[1]}")
        self.key = key
        self.lines = lines


class ContractError(CrmMocksError):
    """A contract is unreadable, not OpenAPI 3.0, or inconsistent."""


class Refusal(CrmMocksError):
    """A vendor refuses a request. Subclasses build the vendor's error body.

    Attributes:
        response: the response in the vendor's format; its outcome is one of the contract's.
        violations: violations in the request; empty if it breaks no rule of the contract, such as when a rate limit
            is exceeded.
    """

    def __init__(self, response: MockResponse, violations: tuple[Violation, ...] = ()) -> None:
        super().__init__(response.outcome)
        self.response = response
        self.violations = violations

    @property
    def status_code(self) -> int:
        """HTTP status, under the name that connexion uses to choose between several refusals."""
        return self.response.status


class StateError(CrmMocksError):
    """The state shared with other processes cannot be used: see `crm_mocks.state.shared`.

    Requests get a 503 with this message.
    """
