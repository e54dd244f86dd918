"""Setting up and serving a proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.providers.proxy.application import ProxyApplication
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.providers.proxy.recorder import ProxyRecorder
from crm_contracts.providers.proxy.upstream import Upstream, check_connection, make_client
from crm_contracts.providers.tls import tls_context
from crm_contracts.providers.verify.address import base_url
from crm_mocks.errors import UsageError
from crm_mocks.server.http_server import Server
from crm_mocks.server.sockets import Listener, listen
from crm_mocks.server.tls import Tls, make_tls
from crm_mocks.settings import changed
from crm_mocks.settings.host import HOST, HostSettings


@dataclass(frozen=True)
class ProxyOptions:
    """Options of a proxy.

    Attributes:
        vendor: vendor whose contract both sides are held to.
        to: URL of the provider.
        host: name or address to listen on.
        port: 0 picks a free port.
        seconds: time limit for a complete response of the provider.
        ca_file: certificate authorities to trust instead of the default ones, in PEM.
        settings: changed settings by `<vendor>.<name>` or `host.<name>`.
        tls: serve HTTPS with a generated certificate authority.
        tls_cert: PEM file with a certificate chain; implies HTTPS.
        tls_key: PEM file with its key, unless `tls_cert` has it.
        cassette: file that exchanges are written to.
        journal: file that exchanges are appended to.
        policy: what each side is held to.
    """

    vendor: str
    to: str
    host: str = "127.0.0.1"
    port: int = 0
    seconds: float = 30.0
    ca_file: Path | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    tls: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    cassette: Path | None = None
    journal: Path | None = None
    policy: Policy = DEFAULT

    @property
    def url(self) -> str:
        """URL of the provider, without a trailing slash.

        Raises:
            UsageError: `to` is not a valid base URL.
        """
        return base_url(self.to, "--to", "the client sends its own")

    @property
    def limits(self) -> HostSettings:
        """The host's settings.

        Raises:
            UsageError: a setting is invalid.
        """
        own = {name: value for name, value in self.settings.items() if name.startswith(f"{HOST}.")}
        limits = changed({HOST: HostSettings()}, own, starting=True)[HOST]
        assert isinstance(limits, HostSettings)
        return limits


@dataclass(frozen=True)
class PreparedProxy:
    """A proxy ready to be served.

    Attributes:
        options: of the proxy.
        recorder: judges and keeps the exchanges.
        listener: the listening socket.
        tls: certificate; `None` for plain HTTP.
    """

    options: ProxyOptions
    recorder: ProxyRecorder
    listener: Listener
    tls: Tls | None

    @property
    def url(self) -> str:
        """URL of the proxy, without a trailing slash."""
        return self.listener.url(secure=self.tls is not None)

    def connection_details(self) -> dict[str, Any]:
        """Return how to connect, in the format of the ready file without the process id."""
        ca_file = str(self.tls.ca_file) if self.tls is not None and self.tls.ca_file is not None else None
        vendors = {self.options.vendor: {"url": self.url, "credentials": {}}}
        return {"url": self.url, "admin_token": None, "ca_file": ca_file, "vendors": vendors}

    def server(self) -> Server:
        """Return the server; call this on the event loop that will run it."""
        options, limits = self.options, self.options.limits
        client = make_client(options.url, options.seconds, options.ca_file)
        provider = Upstream(options.url, client, seconds=options.seconds, max_bytes=limits.body_bytes)
        application = ProxyApplication(provider, limits, self.recorder.add, self.recorder.complain)
        tls = self.tls.context if self.tls is not None else None
        return ProxyServer(provider, application, self.listener, limits, tls)

    def close(self) -> None:
        """Close the socket and remove the certificate's files."""
        self.listener.close()
        if self.tls is not None:
            self.tls.close()


class ProxyServer(Server):
    """Server of a proxy; ends judging and closes the connections to the provider when it stops."""

    def __init__(self, provider: Upstream, application: ProxyApplication, *arguments: Any) -> None:
        """Set up the server.

        Args:
            provider: whose connections are closed.
            application: the proxy.
            arguments: the others of `Server`.
        """
        super().__init__(application, *arguments)
        self._provider = provider
        self._proxy = application

    async def stop(self) -> None:
        """Stop the server; see `Server.stop`."""
        await super().stop()
        await self._provider.close()
        self._proxy.stop_judging()


def prepare(options: ProxyOptions, echo: Callable[[str], None]) -> PreparedProxy:
    """Load the contract, check the connection to the provider, bind the socket, create certificate and cassette.

    Args:
        options: of the proxy.
        echo: called with a line about each new finding.

    Raises:
        UsageError: an option is invalid, or the provider cannot be reached.
    """
    url, _ = options.url, options.limits
    judge = ExchangeJudge((options.vendor,), options.settings, url)
    asyncio.run(check_connection(url, tls_context(url, options.ca_file), options.seconds))
    listener = listen(options.host, options.port)
    try:
        tls = None
        if options.tls or options.tls_cert is not None or options.tls_key is not None:
            tls = make_tls(options.host, options.tls_cert, options.tls_key)
        cassette = Cassette(options.cassette) if options.cassette is not None else None
        journal = judge.journal(options.journal) if options.journal is not None else None
    except UsageError:
        listener.close()
        raise
    return PreparedProxy(options, ProxyRecorder(judge, url, echo, cassette, options.policy, journal), listener, tls)
