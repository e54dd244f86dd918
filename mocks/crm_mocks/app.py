"""The ASGI application of a suite of mocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from crm_mocks.admin.gateway import AdminGateway
from crm_mocks.asgi.mock_app import AppOptions, MockApp, RecordsByKind
from crm_mocks.asgi.replay import replayed_from_python
from crm_mocks.asgi.request_handler import RequestHandler
from crm_mocks.asgi.transport import Receive, Scope, Send
from crm_mocks.state.clock import parse_moment
from crm_mocks.vendor import Vendor


class AsgiApp:
    """An ASGI application that serves mocks.

    Attributes:
        mock_app: what it serves; tests may look into it.
    """

    def __init__(self, mock_app: MockApp) -> None:
        self.mock_app = mock_app
        self._edge = RequestHandler(mock_app, AdminGateway(mock_app))

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
) -> AsgiApp:
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
    options = AppOptions(seed, moment, settings or {}, records or {}, cors, admin_token, replayed_from_python(replay))
    return AsgiApp(MockApp(vendors, options))
