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
    """Where one CRM is served.

    Attributes:
        name: the vendor's name.
        url: base URL; with a path of the vendor's contract behind it, it is an endpoint.
        credentials: demo credentials.
    """

    name: str
    url: str
    credentials: Mapping[str, str]


class Mocks:
    """Mocks that are being served.

    A vendor is an attribute, or an entry where its name is in a variable: `mocks.<vendor>.url`,
    `mocks["<vendor>"].credentials`.

    Attributes:
        url: the server's URL, without a slash at the end.
        admin_token: what the control API asks for, or `None`.
        ca_file: certificate authority for clients to trust, or `None` without TLS made on the spot.
        vendors: what is served, by name.
        mock_app: sessions, contracts and settings behind the server; they belong to its thread, so use `run`.
    """

    def __init__(self, prepared: PreparedServer, loop: asyncio.AbstractEventLoop) -> None:
        self.url = prepared.url
        self.admin_token = prepared.admin_token
        self.ca_file = prepared.ca_file
        self.mock_app: MockApp = prepared.application.mock_app
        self.vendors: dict[str, ServedVendor] = {
            name: ServedVendor(name, about["url"], about["credentials"])
            for name, about in prepared.described()["vendors"].items()
        }
        self._loop = loop

    def __getattr__(self, name: str) -> ServedVendor:
        """Return a vendor that is served."""
        vendors: dict[str, ServedVendor] = self.__dict__.get("vendors", {})
        if name not in vendors:
            raise AttributeError(f"no '{name}' here: served are {', '.join(vendors)}")
        return vendors[name]

    def __getitem__(self, name: str) -> ServedVendor:
        """Return a vendor that is served."""
        return self.vendors[name]

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's event loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def session_url(self, session: str) -> str:
        """Give a session a port of its own; return its URL.

        Raises:
            UsageError: the name cannot be a session's.
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
    """Serve mocks in a thread of their own while the `with` block lasts.

    Args:
        vendors: names, or vendors of your own making; all if none are named.
        host: name or address to listen at.
        port: 0 takes a free one.
        seed: of all generated values.
        now: moment at which the clock of each session stands still; without it the wall's clock is used.
        settings: changes by `<vendor>.<name>`.
        records: records that each session starts with, by vendor and kind.
        replay: answers that are queued in each session when it begins, as bodies of `POST /__admin/responses`.
        cors: answer browsers' cross-origin requests.
        admin_token: what the control API asks for; without it, it asks for none on a loopback host.
        tls: serve HTTPS with a certificate authority made on the spot.
        tls_cert: PEM file of a certificate chain of your own.
        tls_key: PEM file of its key.

    Raises:
        UsageError: something of that is wrong, or the port is in use.
    """
    plan = ServeOptions(
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
    prepared = prepare(plan)
    try:
        with in_thread(lambda: MockServer(prepared), prepared.url) as loop:
            yield Mocks(prepared, loop)
    finally:
        prepared.close()


@contextmanager
def in_thread(make: Callable[[], Server], url: str) -> Iterator[asyncio.AbstractEventLoop]:
    """Run a server in a thread of its own while the `with` block lasts; give its event loop.

    Args:
        make: makes the server; called in the thread, and what it raises is raised here.
        url: for the thread's name.
    """
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def live() -> None:
        stop = asyncio.Event()
        server = make()
        await server.start()
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        await server.stop()

    def main() -> None:
        try:
            run_on_loop(live())
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
