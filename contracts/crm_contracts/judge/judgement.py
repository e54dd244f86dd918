"""What holding one exchange to the contract yields."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.contract import Notice, Operation
from crm_mocks.violations import Violation


@dataclass(frozen=True)
class Judgement:
    """An exchange held to the contract from both sides.

    Attributes:
        match: route of the request.
        operation: that the request matches; `None` if none does.
        request: what breaks the contract in the request.
        notices: what breaks nothing in it but is worth knowing.
        response: what breaks the contract in the response; `None` if that says nothing about the provider.
        refused: the response refuses the request, maybe in the body of a success.
        succeeded: a real provider carried out the request.
    """

    match: RouteMatch
    operation: Operation | None = None
    request: tuple[Violation, ...] = ()
    notices: tuple[Notice, ...] = ()
    response: tuple[Violation, ...] | None = None
    refused: bool = False
    succeeded: bool = False
