"""CRM.COM's refusals: an envelope with a code other than OK (positions crmcom-error-status, crmcom-error-codes)."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.contract.basis import DOCUMENT
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext

_STATUS: Final = "crmcom-error-status"
"""Position that every refusal rests on."""


class CrmComRefusal(Refusal):
    """A request that breaks a rule of CRM.COM."""

    def __init__(self, context: RequestContext, outcome: str, description: str = "") -> None:
        """Refuse a call.

        Args:
            context: the request; its violations so far go with the refusal.
            outcome: name of the contract's example, which has status, code and message.
            description: what to say instead of the example's description.
        """
        super().__init__(refusal(context, outcome, description), tuple(context.violations))


def refusal(context: RequestContext, outcome: str, description: str = "") -> MockResponse:
    """Return the answer that refuses a call of an operation; see `CrmComRefusal`."""
    assert context.operation is not None  # other requests get `protocol_refusal`
    documented = context.operation.outcomes[outcome]
    body = documented.value[documented.media_type]
    return MockResponse(
        documented.status, outcome, described(body, description), headers=list(documented.headers.items())
    )


def protocol_refusal(context: RequestContext, outcome: str, status: int) -> MockResponse:
    """Return the answer to a request that HTTP itself refuses, whether or not it is for an operation."""
    return MockResponse(status, outcome, context.contract.document["components"]["examples"][outcome]["value"])


def described(body: Any, description: str) -> Any:
    """Return an envelope with another description of what went wrong; an empty one keeps the envelope."""
    return {**body, "status": {**body["status"], "description": description}} if description else body


class CrmComFaults:
    """What is wrong with a request by rules that look at more than its form; the first finding becomes the answer."""

    def __init__(self, context: RequestContext) -> None:
        self.call = context
        self._first: tuple[str, str] | None = None

    def add(self, outcome: str, location: tuple[str | int, ...], message: str) -> None:
        """Note that a documented rule is broken, if the release has it.

        Args:
            outcome: name of the contract's example.
            location: path in the body.
            message: sentence for the description of the answer.
        """
        if self._keep(outcome, message):
            assert self.call.operation is not None  # findings come from operations
            basis = self.call.operation.outcomes[outcome].basis
            # That a refusal has the status 200 is a position, too; the rule itself rests on the document.
            rule_basis = DOCUMENT if basis == _STATUS else basis
            self.call.violate(("body", *location), outcome, message, basis=rule_basis)

    def refer(self, outcome: str, message: str) -> None:
        """Note something that breaks no rule, but that CRM.COM refuses: a reference to an unknown record."""
        self._keep(outcome, message)

    def settle(self) -> None:
        """Go on if nothing was found.

        Raises:
            Refused: something was.
        """
        if self._first is not None:
            raise CrmComRefusal(self.call, *self._first)

    def _keep(self, outcome: str, message: str) -> bool:
        assert self.call.operation is not None  # findings come from operations
        if outcome not in self.call.operation.outcomes:
            return False
        self._first = self._first or (outcome, message)
        return True
