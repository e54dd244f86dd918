"""What a judge says of an exchange."""

from __future__ import annotations

from dataclasses import dataclass

from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.contract import Notice, Operation
from crm_mocks.violations import Violation


@dataclass(frozen=True)
class Judged:
    """An exchange held to the contract from both sides.

    Attributes:
        match: where the request belongs.
        operation: that it is meant for; `None` where none takes it.
        request: what breaks the contract in it.
        notices: what breaks nothing in it but that its maker will want to know.
        answer: what breaks the contract in the answer; `None` where it says nothing about the provider.
        refused: the answer refuses the request, be it in the body of a success.
    """

    match: RouteMatch
    operation: Operation | None = None
    request: tuple[Violation, ...] = ()
    notices: tuple[Notice, ...] = ()
    answer: tuple[Violation, ...] | None = None
    refused: bool = False
