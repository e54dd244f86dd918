"""Other processes that serve sessions of the same server; see `crm_mocks.workers`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from crm_mocks.asgi.transport import Message, Receive, Scope

PeerCall = Callable[..., Awaitable[Any]]
"""A coroutine function that other processes can call; arguments and result must be picklable."""


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

    async def forward(self, scope: Scope, body: bytes, receive: Receive) -> list[Message] | None:
        """Return the response to a control request as ASGI messages, or `None` if this process serves it alone.

        Args:
            scope: ASGI scope of the request, whose access has been checked.
            body: its body.
            receive: ASGI channel, which reports the end of the connection.
        """
