"""The channel to a WSGI application, called in the caller's thread, where debuggers and databases expect it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import httpx

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.no_cookies import NoCookies
from crm_contracts.providers.push.channels.channel import (
    MAX_BODY_BYTES,
    Channel,
    ExchangeTimer,
    PushRequest,
    ResponseTooLarge,
    failure_message,
)


class WsgiChannel(Channel):
    """A channel to a WSGI application; a call that exceeds the time limit is reported but not interrupted."""

    def __init__(self, application: Any, seconds: float) -> None:
        super().__init__(seconds)
        self.reached = True
        self._client = httpx.Client(transport=httpx.WSGITransport(app=application), cookies=NoCookies())

    def submit(self, request: PushRequest) -> Future[Exchange]:
        """See `Channel.submit`."""
        future: Future[Exchange] = Future()
        future.set_result(self._exchange(request))
        return future

    def _exchange(self, request: PushRequest) -> Exchange:
        timer = ExchangeTimer(request)
        try:
            exchange = self._send(request, timer)
        except Exception as error:  # noqa: BLE001  # an application may raise anything
            return timer.failed(failure_message(error, self.seconds))
        if timer.seconds > self.seconds:
            return timer.failed(failure_message(TimeoutError(), self.seconds))
        return exchange

    def _send(self, request: PushRequest, timer: ExchangeTimer) -> Exchange:
        httpx_request = httpx.Request(request.method, request.url, headers=list(request.headers), content=request.body)
        response = self._client.send(httpx_request, stream=True, follow_redirects=False)
        try:
            chunks, size = [], 0
            for chunk in response.iter_raw():
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_BODY_BYTES:
                    raise ResponseTooLarge
        finally:
            response.close()
        return timer.completed(response, b"".join(chunks))

    def close(self) -> None:
        """See `Channel.close`."""
        self._client.close()
