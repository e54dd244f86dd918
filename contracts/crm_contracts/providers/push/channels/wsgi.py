"""WSGI applications of this process, called in the caller's thread, where debuggers and databases expect them."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import httpx

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.push.channels.channel import MOST_BYTES, Channel, PushRequest, Timing, TooLong, words


class WsgiChannel(Channel):
    """Sends to a WSGI application. One that takes too long is found out afterwards: nobody can interrupt it."""

    def __init__(self, application: Any, seconds: float) -> None:
        super().__init__(seconds)
        self.reached = True
        self._client = httpx.Client(transport=httpx.WSGITransport(app=application))

    def submit(self, request: PushRequest) -> Future[Exchange]:
        """See `Channel.submit`."""
        done: Future[Exchange] = Future()
        done.set_result(self._exchange(request))
        return done

    def _exchange(self, request: PushRequest) -> Exchange:
        timing = Timing(request)
        try:
            exchange = self._answered(request, timing)
        except Exception as error:  # noqa: BLE001  # an application may raise anything
            return timing.failed(words(error, self.seconds))
        return exchange if timing.seconds <= self.seconds else timing.failed(words(TimeoutError(), self.seconds))

    def _answered(self, request: PushRequest, timing: Timing) -> Exchange:
        sent = httpx.Request(request.method, request.url, headers=list(request.headers), content=request.body)
        response = self._client.send(sent, stream=True, follow_redirects=False)
        try:
            pieces, size = [], 0
            for piece in response.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooLong
        finally:
            response.close()
        return timing.answered(response, b"".join(pieces))

    def close(self) -> None:
        """See `Channel.close`."""
        self._client.close()
