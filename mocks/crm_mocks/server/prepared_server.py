"""A server that is ready to start: everything that can be wrong with its options has been checked."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from crm_mocks.errors import UsageError
from crm_mocks.options import ServeOptions
from crm_mocks.server.sockets import Listener, listen

if TYPE_CHECKING:
    from crm_mocks.app import AsgiApp
    from crm_mocks.server.tls import Tls

_TOKEN: Final = re.compile(r"[!-~]{1,1000}")
"""What a header can hold exactly as it was given."""


@dataclass(frozen=True)
class PreparedServer:
    """A bound socket, a loaded application and, if wanted, a certificate.

    Attributes:
        application: the ASGI application.
        listener: the listening socket.
        tls: certificate, or `None` for plain HTTP.
        admin_token: token that the control API requires, or `None`.
        is_token_generated: nobody knows the token yet, so that it has to be printed.
    """

    application: AsgiApp
    listener: Listener
    tls: Tls | None
    admin_token: str | None
    is_token_generated: bool = False

    @property
    def url(self) -> str:
        """The server's URL for clients, without trailing slash: the public URL if there is one."""
        return self.application.mock_app.server_url.announced(self._listener_url)

    @property
    def local_url(self) -> str:
        """The server's URL on this machine, without trailing slash."""
        return f"{self._listener_url}{self.application.mock_app.server_url.base_path}"

    @property
    def _listener_url(self) -> str:
        return self.listener.url(secure=self.tls is not None)

    @property
    def ca_file(self) -> str | None:
        """Path of the generated certificate authority, or `None`."""
        return str(self.tls.ca_file) if self.tls is not None and self.tls.ca_file is not None else None

    def described(self) -> dict[str, Any]:
        """Return what clients need to know, as in the ready file but without the process id."""
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
        """Close the socket and remove the certificate's files."""
        self.listener.close()
        if self.tls is not None:
            self.tls.close()


def prepare(options: ServeOptions) -> PreparedServer:
    """Load the vendors, bind the socket and make the certificate.

    Raises:
        UsageError: an option is wrong, or the port is in use.
    """
    from crm_mocks.app import AsgiApp
    from crm_mocks.asgi.mock_app import MockApp

    token = options.admin_token
    if token is not None and not _TOKEN.fullmatch(token):
        raise UsageError("the admin token must be 1 to 1000 printable ASCII characters, without spaces")
    listener = listen(options.host, options.port)
    try:
        if token is None and not listener.is_loopback:
            token = secrets.token_urlsafe(24)
        application = AsgiApp(MockApp(replace(options, admin_token=token)))
        tls = _tls(options)  # last, since it makes files
    except BaseException:
        listener.close()
        raise
    return PreparedServer(application, listener, tls, token, token is not None and options.admin_token is None)


def _tls(options: ServeOptions) -> Tls | None:
    if not options.tls and options.tls_cert is None and options.tls_key is None:
        return None
    from crm_mocks.server.tls import make_tls

    public_host = urlsplit(options.public_url or "").hostname or ""
    return make_tls(options.host, _path(options.tls_cert), _path(options.tls_key), public_host)


def _path(name: Path | str | None) -> Path | None:
    return Path(name) if name is not None else None
