"""The judgement of one exchange."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.contract import Notice, Operation
from crm_mocks.violations import Violation


@dataclass(frozen=True)
class Judgement:
    """Violations of the contract in an exchange, by both sides.

    Attributes:
        match: route of the request.
        operation: matched operation, or `None`.
        request: violations in the request.
        notices: notices about the request.
        response: violations in the response; `None` if it is not evidence about the provider.
        refused: whether the response refuses the request, possibly in the body of a success.
        succeeded: whether the provider accepted the request.
    """

    match: RouteMatch
    operation: Operation | None = None
    request: tuple[Violation, ...] = ()
    notices: tuple[Notice, ...] = ()
    response: tuple[Violation, ...] | None = None
    refused: bool = False
    succeeded: bool = False
