"""Serving from Python: `with crm_mocks.serve(seed=1, port=0) as mocks:`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.options import ServeOptions, accept_options
from crm_mocks.server.http_server import Server, run_on_loop
from crm_mocks.server.mock_server import MockServer
from crm_mocks.server.prepared_server import PreparedServer, prepare
from crm_mocks.state.session_registry import DEFAULT_SESSION

_STOPPED: Final = "the mocks have been stopped"
_POLL_SECONDS: Final = 1.0

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
        url: URL of the server, without trailing slash: the public URL if there is one.
        local_url: URL of the server on this machine.
        admin_token: token that the control API requires, or `None`.
        ca_file: certificate authority that clients must trust, or `None` unless it was generated.
        vendors: vendors by name.
        mock_app: sessions, contracts and settings; they belong to the server's thread, so access them with `run`.
    """

    def __init__(self, prepared: PreparedServer, loop: asyncio.AbstractEventLoop) -> None:
        self.url = prepared.url
        self.local_url = prepared.local_url
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
        """Run a coroutine on the server's event loop and wait for its result.

        Raises:
            UsageError: the mocks have been stopped.
        """
        try:
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:  # the loop is closed
            coroutine.close()
            raise UsageError(_STOPPED) from None
        while not wait((future,), _POLL_SECONDS).done:
            if self._loop.is_closed() and not future.done():  # it ended before it began with the coroutine
                coroutine.close()
                raise UsageError(_STOPPED)
        try:
            return future.result()
        except CancelledError:  # the loop ended while the coroutine was running
            raise UsageError(_STOPPED) from None

    def session_url(self, session: str) -> str:
        """Return the URL of a session, for which a dedicated port is opened, unless the mocks have a public URL.

        Mocks that share a state with other processes open none either.

        Raises:
            UsageError: the session name is invalid, or the mocks have been stopped.
        """
        if self.mock_app.open_port is None and self.mock_app.shared is None:
            raise UsageError(_STOPPED)
        return self.run(self.mock_app.session_url(session, self.url))

    def respond(self, session: str = DEFAULT_SESSION, **response: Any) -> str:
        """Queue a response, or a stub for a path that the contracts do not have; return its id.

        Args:
            session: session of the queue.
            response: members of the body of `POST /__admin/responses`.

        Raises:
            UsageError: the response is invalid.

        Example:
            mocks.respond(method="GET", path="/v1/studios/{id}", body={"name": "Mitte"}, times=None)
        """
        from crm_mocks.asgi.response_definition import parse_queued_response

        async def queue() -> str:
            opened = self.mock_app.sessions.get(session)
            return opened.enqueue(parse_queued_response(response, self.mock_app, opened)).id

        return self.run(self.mock_app.in_session(session, queue))


@accept_options(ServeOptions)
@contextmanager
def serve(options: ServeOptions) -> Iterator[Mocks]:
    """Serve mocks in a background thread while the `with` block runs.

    Example:
        with crm_mocks.serve(["config_api"], port=0, seed=1) as mocks:
            requests.get(f"{mocks.config_api.url}/v1/leads/config", headers={"x-api-key": "demo-key"})

    Raises:
        UsageError: an option is invalid, or the port is in use.
    """
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
