"""Other processes that serve sessions of the same server; see `crm_mocks.workers`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple, Protocol

from crm_mocks.asgi.transport import Message, Receive, Scope

PeerCall = Callable[..., Awaitable[Any]]
"""A coroutine function that other processes can call; arguments and result must be picklable."""


class ForwardedResponse(NamedTuple):
    """A response as ASGI messages; `more` are the other pieces of a long body, or `None`."""

    messages: list[Message]
    more: AsyncIterator[bytes] | None = None


class Peers(Protocol):
    """All processes of a server, including this one."""

    async def gather(self, call: str, *arguments: Any) -> list[Any]:
        """Call the function with that name of `MockApp.calls` in all processes; return the results.

        Raises:
            UsageError: raised by one of them.
        """

    async def call_owner(self, session: str, call: str, *arguments: Any) -> Any:
        """Call a function of `MockApp.calls` in the process of a session; return its result.

        Raises:
            UsageError: raised by the function.
        """

    async def forward(self, scope: Scope, body: bytes, receive: Receive) -> ForwardedResponse | None:
        """Return the response to a control request, or `None` if this process serves it alone.

        Args:
            scope: ASGI scope of the request, whose access has been checked.
            body: its body.
            receive: ASGI channel, which reports the end of the connection.
        """
