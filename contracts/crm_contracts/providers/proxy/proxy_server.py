"""Serving a proxy: everything that can go wrong beforehand, and the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.providers.proxy.application import ProxyApplication
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.providers.proxy.recorder import ProxyRecorder
from crm_contracts.providers.proxy.upstream import Upstream, client, reach, trusted
from crm_contracts.providers.verify.address import base_url
from crm_mocks.errors import UsageError
from crm_mocks.server.http_server import Server
from crm_mocks.server.sockets import Listener, listen
from crm_mocks.server.tls import Tls, make_tls
from crm_mocks.settings import changed
from crm_mocks.settings.host import HOST, HostSettings


@dataclass(frozen=True)
class ProxyOptions:
    """What a proxy is to be.

    Attributes:
        vendor: whose contract holds.
        to: URL of the provider.
        host: name or address to listen at.
        port: 0 takes a free one.
        seconds: in which the provider must have answered, whole.
        ca_file: authorities to trust at the provider in place of the usual ones, in PEM.
        settings: changes by `<vendor>.<name>` or `host.<name>`.
        tls: serve HTTPS with a certificate authority made on the spot.
        tls_cert: PEM file of the user's own certificate chain, which implies HTTPS.
        tls_key: PEM file of its key, unless that stands in `tls_cert`.
        cassette: file that exchanges are kept in.
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
    policy: Policy = DEFAULT

    @property
    def url(self) -> str:
        """URL of the provider, without a slash at its end.

        Raises:
            UsageError: it is none.
        """
        return base_url(self.to, "--to", "the client sends its own")

    @property
    def limits(self) -> HostSettings:
        """The host's settings.

        Raises:
            UsageError: one is wrong.
        """
        own = {name: value for name, value in self.settings.items() if name.startswith(f"{HOST}.")}
        limits = changed({HOST: HostSettings()}, own, starting=True)[HOST]
        assert isinstance(limits, HostSettings)  # it began as such
        return limits


@dataclass(frozen=True)
class PreparedProxy:
    """A proxy that only has to be served.

    Attributes:
        asked: what it is to be.
        watch: what it hands exchanges to.
        listener: the socket, which listens already.
        tls: certificate, or `None` for plain HTTP.
    """

    asked: ProxyOptions
    watch: ProxyRecorder
    listener: Listener
    tls: Tls | None

    @property
    def url(self) -> str:
        """The proxy's URL, without a slash at the end."""
        return self.listener.url(secure=self.tls is not None)

    def described(self) -> dict[str, Any]:
        """Return what clients need to know, in the form of the ready-file, without the process id."""
        ca_file = str(self.tls.ca_file) if self.tls is not None and self.tls.ca_file is not None else None
        vendors = {self.asked.vendor: {"url": self.url, "credentials": {}}}
        return {"url": self.url, "admin_token": None, "ca_file": ca_file, "vendors": vendors}

    def server(self) -> Server:
        """Return the server; must be called on the event loop that is to serve."""
        asked, limits = self.asked, self.asked.limits
        sending = client(asked.seconds, asked.ca_file)
        provider = Upstream(asked.url, sending, seconds=asked.seconds, most_bytes=limits.body_bytes)
        application = ProxyApplication(provider, limits, self.watch.add, self.watch.complain)
        tls = self.tls.context if self.tls is not None else None
        return ProxyServer(provider, application, self.listener, limits, tls)

    def close(self) -> None:
        """Give back the socket and remove the certificate's files."""
        self.listener.close()
        if self.tls is not None:
            self.tls.close()


class ProxyServer(Server):
    """Serves a proxy, and closes its connections to the provider at the end."""

    def __init__(self, provider: Upstream, *serving: Any) -> None:
        """Take the provider, and what `Server` takes."""
        super().__init__(*serving)
        self._provider = provider

    async def stop(self) -> None:
        """Stop; see `Server.stop`."""
        await super().stop()
        await self._provider.close()


def prepare(asked: ProxyOptions, tell: Callable[[str], None]) -> PreparedProxy:
    """Read the contract, see that the provider is there, bind the socket, make certificate and cassette.

    Args:
        asked: what the proxy is to be.
        tell: called with a line about each finding that is new.

    Raises:
        UsageError: something of what was asked is wrong, or the provider cannot be reached.
    """
    url, _ = asked.url, asked.limits
    judge = ExchangeJudge((asked.vendor,), asked.settings, url)
    asyncio.run(reach(url, trusted(asked.ca_file), asked.seconds))
    listener = listen(asked.host, asked.port)
    try:
        tls = None
        if asked.tls or asked.tls_cert is not None or asked.tls_key is not None:
            tls = make_tls(asked.host, asked.tls_cert, asked.tls_key)
        cassette = Cassette(asked.cassette) if asked.cassette is not None else None
    except UsageError:
        listener.close()
        raise
    return PreparedProxy(asked, ProxyRecorder(judge, url, tell, cassette, asked.policy), listener, tls)
