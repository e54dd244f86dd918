"""What the user asked to be served, and where: the same from the command line and from Python."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_mocks.errors import UsageError
from crm_mocks.server.sockets import Listener, listen

if TYPE_CHECKING:
    from crm_mocks.app import AsgiApp
    from crm_mocks.asgi.replay import ReplayedResponse
    from crm_mocks.server.tls import Tls
    from crm_mocks.vendor import Vendor


@dataclass(frozen=True)
class ServeOptions:
    """What to serve, and where.

    Attributes:
        vendors: names, or vendors of the caller's own making; empty for all.
        host: name or address to listen at.
        port: 0 takes a free one.
        seed: of all generated values.
        now: moment at which each session's clock stands still; `None` follows the wall's.
        settings: changes by `<vendor>.<name>`.
        records: records that each session starts with, by vendor and kind.
        replay: answers that are queued in each session when it begins.
        cors: answer browsers' cross-origin requests.
        admin_token: what the control API asks for; without one, a host that is not loopback gets a generated one.
        tls: serve HTTPS with a certificate authority made on the spot.
        tls_cert: PEM file of the user's own certificate chain, which implies HTTPS.
        tls_key: PEM file of its key, unless that stands in `tls_cert`.
    """

    vendors: tuple[str | Vendor, ...] = ()
    host: str = "127.0.0.1"
    port: int = 4010
    seed: int = 0
    now: datetime | str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)
    replay: tuple[ReplayedResponse, ...] = ()
    cors: bool = False
    admin_token: str | None = None
    tls: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None


@dataclass(frozen=True)
class PreparedServer:
    """Everything that can go wrong with a plan has gone right: what remains is to serve.

    Attributes:
        application: the ASGI application.
        listener: the socket, which listens already.
        tls: certificate, or `None` for plain HTTP.
        admin_token: what the control API asks for, or `None`.
    """

    application: AsgiApp
    listener: Listener
    tls: Tls | None
    admin_token: str | None

    @property
    def url(self) -> str:
        """The server's URL, without a slash at the end."""
        return self.listener.url(secure=self.tls is not None)

    @property
    def ca_file(self) -> str | None:
        """Path of the certificate authority made on the spot, or `None`."""
        return str(self.tls.ca_file) if self.tls is not None and self.tls.ca_file is not None else None

    def described(self) -> dict[str, Any]:
        """Return what clients need to know, in the form of the ready-file, without the process id."""
        return {
            "url": self.url,
            "admin_token": self.admin_token,
            "ca_file": self.ca_file,
            "vendors": {
                name: {"url": self.url, "credentials": dict(vendor.credentials)}
                for name, vendor in self.application.mock_app.vendors.items()
            },
        }

    def close(self) -> None:
        """Give back the socket and remove the certificate's files."""
        self.listener.close()
        if self.tls is not None:
            self.tls.close()


def prepare(plan: ServeOptions) -> PreparedServer:
    """Load the vendors, bind the socket and make the certificate.

    Raises:
        UsageError: a vendor, setting, record, replayed answer, certificate, host or port is wrong, or the port is in
            use.
    """
    if plan.admin_token is not None and not plan.admin_token.strip():
        raise UsageError("the admin token must not be empty")
    listener = listen(plan.host, plan.port)
    try:
        token = plan.admin_token
        if token is None and not listener.is_loopback:
            token = secrets.token_urlsafe(24)
        application = _application(plan, token)
        tls = _tls(plan)  # last, since it makes files
    except BaseException:
        listener.close()
        raise
    return PreparedServer(application, listener, tls, token)


def _application(plan: ServeOptions, token: str | None) -> AsgiApp:
    from crm_mocks.app import AsgiApp
    from crm_mocks.asgi.mock_app import AppOptions, MockApp
    from crm_mocks.state.clock import parse_moment

    now = parse_moment(plan.now) if plan.now is not None else None
    options = AppOptions(plan.seed, now, plan.settings, plan.records, plan.cors, token, plan.replay)
    return AsgiApp(MockApp(plan.vendors, options))


def _tls(plan: ServeOptions) -> Tls | None:
    if not plan.tls and plan.tls_cert is None and plan.tls_key is None:
        return None
    from crm_mocks.server.tls import make_tls

    return make_tls(plan.host, plan.tls_cert, plan.tls_key)
