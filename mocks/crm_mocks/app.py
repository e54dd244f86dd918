"""The ASGI application of a suite of mocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from crm_mocks.control.gate import ControlGate
from crm_mocks.host.edge import Edge
from crm_mocks.host.replay import given
from crm_mocks.host.suite import Options, RecordsByKind, Suite
from crm_mocks.host.wire import Receive, Scope, Send
from crm_mocks.sessions.clock import parse_moment
from crm_mocks.vendor import Vendor


class Application:
    """An ASGI application that serves mocks.

    Attributes:
        suite: what it serves; tests may look into it.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self._edge = Edge(suite, ControlGate(suite))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection scope."""
        await self._edge(scope, receive, send)


def create_app(
    vendors: Iterable[str | Vendor] | None = None,
    *,
    seed: int = 0,
    now: datetime | str | None = None,
    settings: Mapping[str, Any] | None = None,
    records: Mapping[str, RecordsByKind] | None = None,
    replay: Sequence[Mapping[str, Any]] | None = None,
    cors: bool = False,
    admin_token: str | None = None,
) -> Application:
    """Return the ASGI application of a suite of mocks.

    Args:
        vendors: names of the vendors to serve, or vendors of the caller's own making; all if none are named.
        seed: of all generated values.
        now: moment at which the clock of each session stands still; without it the wall's clock is used.
        settings: changes by `<vendor>.<name>`.
        records: records that each session starts with, by vendor and kind.
        replay: answers that are queued in each session when it begins, as bodies of `POST /__admin/responses`.
        cors: answer browsers' cross-origin requests.
        admin_token: what the control API asks for; without it, it asks for none.

    Raises:
        UsageError: a vendor, setting, record or replayed answer is wrong.
    """
    moment = parse_moment(now) if now is not None else None
    options = Options(seed, moment, settings or {}, records or {}, cors, admin_token, given(replay))
    return Application(Suite(vendors, options))
