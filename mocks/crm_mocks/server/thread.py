"""Serving from Python: `with crm_mocks.serve(seed=1, port=0) as mocks:`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.replay import replayed_from_python
from crm_mocks.errors import UsageError
from crm_mocks.server.http_server import Server, run_on_loop
from crm_mocks.server.mock_server import MockServer
from crm_mocks.server.options import PreparedServer, ServeOptions, prepare
from crm_mocks.vendor import Vendor

T = TypeVar("T")


@dataclass(frozen=True)
class ServedVendor:
    """A vendor that is being served.

    Attributes:
        name: name of the vendor.
        url: base URL; append a path of the vendor's contract.
        credentials: demo credentials.
    """

    name: str
    url: str
    credentials: Mapping[str, str]


class Mocks:
    """Mocks that are being served.

    Vendors are available as attributes and items: `mocks.<vendor>.url`, `mocks["<vendor>"].credentials`.

    Attributes:
        url: URL of the server, without trailing slash.
        admin_token: token that the control API requires, or `None`.
        ca_file: certificate authority that clients must trust, or `None` unless it was generated.
        vendors: vendors by name.
        mock_app: sessions, contracts and settings; they belong to the server's thread, so access them with `run`.
    """

    def __init__(self, prepared: PreparedServer, loop: asyncio.AbstractEventLoop) -> None:
        self.url = prepared.url
        self.admin_token = prepared.admin_token
        self.ca_file = prepared.ca_file
        self.mock_app: MockApp = prepared.application.mock_app
        self.vendors: dict[str, ServedVendor] = {
            name: ServedVendor(name, description["url"], description["credentials"])
            for name, description in prepared.described()["vendors"].items()
        }
        self._loop = loop

    def __getattr__(self, name: str) -> ServedVendor:
        """Return a served vendor."""
        vendors: dict[str, ServedVendor] = self.__dict__.get("vendors", {})
        if name not in vendors:
            raise AttributeError(f"unknown vendor '{name}': the mocks serve {', '.join(vendors)}")
        return vendors[name]

    def __getitem__(self, name: str) -> ServedVendor:
        """Return a served vendor."""
        return self.vendors[name]

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's event loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def session_url(self, session: str) -> str:
        """Open a dedicated port for a session; return its URL.

        Raises:
            UsageError: the session name is invalid, or the mocks have been stopped.
        """
        open_port = self.mock_app.open_port
        if open_port is None:
            raise UsageError("the mocks have been stopped")
        url: str = self.run(open_port(session))
        return url


@contextmanager
def serve(  # noqa: PLR0913  # each is an option of its own, all but the first by keyword
    vendors: Iterable[str | Vendor] | str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 4010,
    seed: int = 0,
    now: datetime | str | None = None,
    settings: Mapping[str, Any] | None = None,
    records: Mapping[str, Any] | None = None,
    replay: Sequence[Mapping[str, Any]] | None = None,
    cors: bool = False,
    admin_token: str | None = None,
    tls: bool = False,
    tls_cert: Path | str | None = None,
    tls_key: Path | str | None = None,
) -> Iterator[Mocks]:
    """Serve mocks in a background thread while the `with` block runs.

    Args:
        vendors: names, or your own `Vendor` objects; all vendors by default.
        host: host name or address to bind.
        port: port to bind; 0 for a free one.
        seed: seed of all generated values.
        now: moment at which the clock of each session is frozen; by default the system clock is used.
        settings: settings by `<vendor>.<name>`.
        records: starting records of each session, by vendor and kind.
        replay: responses queued in each new session, as bodies of `POST /__admin/responses`.
        cors: allow cross-origin requests from browsers.
        admin_token: token that the control API requires; by default none on a loopback host.
        tls: serve HTTPS with a generated certificate authority.
        tls_cert: PEM file with your own certificate chain.
        tls_key: PEM file with its private key.

    Raises:
        UsageError: an argument is invalid, or the port is in use.
    """
    options = ServeOptions(
        vendors=(vendors,) if isinstance(vendors, str) else tuple(vendors or ()),
        host=host,
        port=port,
        seed=seed,
        now=now,
        settings=settings or {},
        records=records or {},
        replay=replayed_from_python(replay),
        cors=cors,
        admin_token=admin_token,
        tls=tls,
        tls_cert=Path(tls_cert) if tls_cert is not None else None,
        tls_key=Path(tls_key) if tls_key is not None else None,
    )
    prepared = prepare(options)
    try:
        with run_in_thread(lambda: MockServer(prepared), prepared.url) as loop:
            yield Mocks(prepared, loop)
    finally:
        prepared.close()


@contextmanager
def run_in_thread(make: Callable[[], Server], url: str) -> Iterator[asyncio.AbstractEventLoop]:
    """Run a server in a background thread while the `with` block runs; yield its event loop.

    Args:
        make: creates the server in the thread; its exceptions are raised here.
        url: URL for the name of the thread.
    """
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        server = make()
        await server.start()
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        await server.stop()

    def main() -> None:
        try:
            run_on_loop(run())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=main, name=f"crm-mocks at {url}", daemon=True)
    thread.start()
    loop, stop = started.result()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
