"""Checks whether clients send a request again with the token that a forced response has ended.

A token that really expired is known by its record; see `crm_mocks.vendor.expired_tokens`.
"""

from __future__ import annotations

from typing import Final

from crm_mocks.contract import Outcome
from crm_mocks.state.retry_after import SentRequest
from crm_mocks.violations import Violation

_MOST: Final = 1000
"""Number of requests that are remembered, oldest dropped first."""


class EndedTokens:
    """Requests of a session whose token was ended by a forced response (`x-ends-token`).

    Attributes:
        requests: the requests, each with name and basis of the response; replaced, not altered.
    """

    def __init__(self) -> None:
        """Start without any."""
        self.requests: dict[SentRequest, tuple[str, str]] = {}

    def record(self, request: SentRequest, outcome: Outcome) -> None:
        """Remember a request.

        Args:
            request: the request, with its token.
            outcome: the response that ended the token.
        """
        known = list(self.requests.items())
        self.requests = dict([*known[-_MOST + 1 :], (request, (outcome.name, outcome.basis))])

    def violation(self, request: SentRequest) -> Violation | None:
        """Return a violation if the same request, with the same token, was remembered."""
        ended_by = self.requests.get(request)
        if ended_by is None:
            return None
        name, basis = ended_by
        message = f"sent again with the same token after the response {name}, which asks for a new one"
        return Violation(("security",), name, message, basis=basis)
