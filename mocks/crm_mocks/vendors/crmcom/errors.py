"""CRM.COM's refusals: an envelope with a code other than OK (positions crmcom-error-status, crmcom-error-codes)."""

from __future__ import annotations

from typing import Final

from crm_mocks.basis import DOCUMENT
from crm_mocks.vendor import Location, MockResponse, Refusal, RequestContext, documented, find_outcome

_STATUS: Final = "crmcom-error-status"
"""Position on which the status of every refusal rests."""


class CrmComRefusal(Refusal):
    """Refuses a request with CRM.COM's envelope."""

    def __init__(self, context: RequestContext, outcome: str, description: str = "") -> None:
        """Build the response; arguments as for `refusal`."""
        super().__init__(refusal(context, outcome, description))


def refusal(context: RequestContext, outcome: str, description: str = "") -> MockResponse:
    """Return the response that refuses a request.

    Args:
        context: the request.
        outcome: name of the contract's example, which has status, code and message.
        description: replaces the example's description.
    """
    if not description:
        return documented(context, outcome)
    example = find_outcome(context, outcome)
    body = example.value[example.media_type]
    return documented(context, outcome, {**body, "status": {**body["status"], "description": description}})


class RuleViolations:
    """Violations of rules that look beyond the form of a request; the first one becomes the response."""

    def __init__(self, context: RequestContext) -> None:
        self.context = context
        self._first: tuple[str, str] | None = None

    def add(self, outcome: str, location: Location, message: str) -> None:
        """Add the violation of a documented rule, if the release has it.

        Args:
            outcome: name of the contract's example.
            location: path in the body.
            message: sentence for the description of the response.
        """
        if self._keep(outcome, message):
            basis = find_outcome(self.context, outcome).basis
            # The status 200 of refusals rests on a position; the rule itself is documented.
            rule_basis = DOCUMENT if basis == _STATUS else basis
            self.context.violate(("body", *location), outcome, message, basis=rule_basis)

    def add_unknown_record(self, outcome: str, message: str) -> None:
        """Add a refusal that violates no rule: a reference to an unknown record."""
        self._keep(outcome, message)

    def raise_first(self) -> None:
        """Refuse the request for the first violation, if there is one.

        Raises:
            CrmComRefusal: there is one.
        """
        if self._first is not None:
            raise CrmComRefusal(self.context, *self._first)

    def _keep(self, outcome: str, message: str) -> bool:
        assert self.context.operation is not None  # only operations check rules
        if outcome not in self.context.operation.outcomes:
            return False
        self._first = self._first or (outcome, message)
        return True
