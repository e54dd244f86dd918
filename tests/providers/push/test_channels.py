"""Channels report missing and invalid responses in time, and never raise them."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from crm_contracts.providers import push
from crm_contracts.providers.push import ReceiverResponse
from crm_mocks.errors import UsageError
from tests.providers.push.receiver import BASIC, Receiver

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
EMPTY = OK + b"Content-Length: 0\r\n\r\n"
UNDECODABLE = "the body cannot be decoded: it exceeds 1000 bytes when decompressed"


def pushed(url: str, **options: Any) -> ReceiverResponse:
    with push.to_url("activix", url, **{"timeout": 60.0, **options}) as pusher:
        return pusher.push()


def hang(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def trickle(connection: socket.socket) -> None:
    for byte in OK:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def drip(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (b"", "invalid HTTP response: Server disconnected"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "invalid HTTP response: "),
        (b"HTTP/1.1 xyz OK\r\n\r\n", "invalid HTTP response: "),
        (OK + b"Content-Length: 9\r\n\r\nx", "invalid HTTP response: peer closed connection"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "the body cannot be decoded: "),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "invalid HTTP response: "),
    ],
)
def test_an_invalid_response_is_reported(serving: Callable[..., Any], response: bytes, message: str) -> None:
    result = pushed(serving(response).url)
    assert result.status == 0
    assert result.failure.startswith(message)


@pytest.mark.parametrize("respond", [hang, trickle, drip])
def test_the_time_limit_covers_the_complete_response(serving: Callable[..., Any], respond: Any) -> None:
    receiver = serving(
        lambda connection: respond(connection) if receiver.connections > 1 else connection.sendall(EMPTY)
    )
    with push.to_url("activix", receiver.url, timeout=60) as pusher:
        pusher.push()  # afterwards the receiver counts as reached, however slow this machine is
        pusher._channel.seconds = 0.3
        assert pusher.push().failure == "no complete response within 0.3 s"


@pytest.mark.parametrize(
    ("codings", "body", "failure"),
    [
        ("", b" " * 5000, "the response exceeds 1000 bytes"),
        ("gzip", gzip.compress(b" " * 5000, mtime=0), UNDECODABLE),
        ("gzip, gzip", gzip.compress(gzip.compress(b" " * 5000, mtime=0), mtime=0), UNDECODABLE),
        ("br", brotli.compress(b" " * 5000), UNDECODABLE),
    ],
)
def test_the_size_of_a_response_is_limited(
    codings: str, body: bytes, failure: str, serving: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("asynchronous", "channel", "wsgi"):
        monkeypatch.setattr(f"crm_contracts.providers.push.channels.{module}.MAX_BODY_BYTES", 1000)
    head = OK + f"Content-Encoding: {codings}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    assert pushed(serving(head + body).url).failure == failure


def test_a_small_response_takes_little_memory(serving: Callable[..., Any]) -> None:
    bomb = brotli.compress(bytes(2**26), quality=1)
    receiver = serving(OK + f"Content-Encoding: br\r\nContent-Length: {len(bomb)}\r\n\r\n".encode() + bomb)
    tracemalloc.start()
    try:
        assert pushed(receiver.url).failure.endswith("when decompressed")
        assert tracemalloc.get_traced_memory()[1] < 2**26
    finally:
        tracemalloc.stop()


def test_a_redirect_is_not_followed(serving: Callable[..., Any]) -> None:
    elsewhere = serving(OK + b"Content-Length: 0\r\n\r\n")
    redirect = f"HTTP/1.1 301 Moved\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
    result = pushed(serving(redirect).url)
    assert (result.status, elsewhere.connections) == (301, 0)
    assert [each.rule for each in result.violations] == ["undocumented-status"]


def test_a_redirect_to_what_is_no_url_is_a_response(serving: Callable[..., Any]) -> None:
    result = pushed(serving(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n").url)
    assert (result.status, result.failure) == (302, "")


def test_the_error_page_of_a_proxy_is_undocumented(serving: Callable[..., Any]) -> None:
    page = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>"
    result = pushed(serving(page).url)
    assert [each.rule for each in result.violations] == ["undocumented-status"]


@pytest.mark.parametrize("response", [b"", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])
def test_an_examination_stops_if_the_receiver_is_not_reached(serving: Callable[..., Any], response: bytes) -> None:
    server = serving(response)
    with push.to_url("activix", server.url, timeout=60) as pusher:
        assert len(pusher.examine()) < 10
        verdict = pusher.verdict()
    assert verdict.exit_code() == 1
    assert verdict.complaints == ("5 consecutive requests did not reach the receiver; no more were sent",)


def test_a_refused_connection_is_a_usage_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(UsageError, match=f"{url} cannot be reached: no connection: .*refused|Connect call"):
            pushed(url)


def test_an_untrusted_certificate_is_a_usage_error(serving: Callable[..., Any], tls: Any) -> None:
    with pytest.raises(UsageError, match=r"TLS failed: .*certificate"):
        pushed(serving(b"", tls[0]).url)


def test_a_ca_file_is_trusted(serving: Callable[..., Any], tls: Any) -> None:
    context, file = tls
    assert pushed(serving(OK + b"Content-Length: 0\r\n\r\n", context).url, ca_file=file).status == 200


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_authorities_of_the_environment_are_trusted(
    serving: Callable[..., Any], tls: Any, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = tls
    monkeypatch.setenv(variable, str(file))
    assert pushed(serving(OK + b"Content-Length: 0\r\n\r\n", context).url).status == 200


def test_https_to_a_plain_http_receiver_is_a_usage_error(serving: Callable[..., Any]) -> None:
    url = serving(b"HTTP/1.1 400 Bad Request\r\n\r\n").url.replace("http:", "https:")
    with pytest.raises(UsageError, match="TLS failed: "):
        pushed(url)


def test_a_ca_file_without_certificates_is_a_usage_error(tmp_path: Any) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(UsageError, match="cannot read certificates from "):
        pushed("https://127.0.0.1:1/", ca_file=tmp_path / "empty.pem")


@pytest.mark.parametrize(
    "url", ["receiver", "ftp://a/b", "http://", "http://[", "http://a:0/", "http://a b/", "http://a:x/"]
)
def test_an_invalid_url_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="must be an http:// or https:// URL with a host"):
        pushed(url)


def test_credentials_in_a_url_are_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        pushed("http://user:hunter2@127.0.0.1/")
    assert "hunter2" not in str(refused.value)


class Starting:
    """An ASGI application that records its lifespan events, and responds with a value from its state."""

    def __init__(self) -> None:
        self.events: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["kept"] = b"application/x-kept"
            for _ in range(2):
                kind = (await receive())["type"]
                self.events.append(kind)
                await send({"type": f"{kind}.complete"})
            return
        headers = [(b"content-type", scope["state"]["kept"])]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def test_an_asgi_application_is_started_and_stopped() -> None:
    application = Starting()
    with push.to_asgi("activix", application) as pusher:
        assert application.events == ["lifespan.startup"]
        assert pusher.push().headers["content-type"] == "application/x-kept"
    assert application.events == ["lifespan.startup", "lifespan.shutdown"]


def test_a_failed_startup_is_a_usage_error() -> None:
    async def failing(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(UsageError, match="the application did not start: no database"):
        push.to_asgi("activix", failing)


def test_a_startup_that_hangs_is_a_usage_error() -> None:
    async def waiting(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()
        await receive()

    with pytest.raises(UsageError, match=r"the application did not start within 0\.2 s"):
        push.to_asgi("activix", waiting, timeout=0.2)


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_an_exception_of_an_application_is_reported(kind: str) -> None:
    def wsgi(_environ: Any, _start: Any) -> Any:
        raise KeyError("trim")

    async def asgi(_scope: Any, _receive: Any, _send: Any) -> None:
        raise KeyError("trim")

    opened = push.to_wsgi("activix", wsgi) if kind == "wsgi" else push.to_asgi("activix", asgi)
    with opened as pusher:
        assert pusher.push().failure == "the application raised KeyError: 'trim'"


def test_a_slow_wsgi_application_is_reported() -> None:
    class Slow(Receiver):
        def accepted(self) -> Any:
            time.sleep(0.05)
            return super().accepted()

    with push.to_wsgi("activix", Slow(), credentials=BASIC, timeout=0.01) as pusher:
        assert pusher.push().failure == "no complete response within 0.01 s"


def test_a_wsgi_application_may_be_at_another_path() -> None:
    seen = []

    def application(environ: Any, start: Any) -> Any:
        seen.append((environ["PATH_INFO"], environ["QUERY_STRING"]))
        start("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    with push.to_wsgi("activix", application, "/hooks/leads?of=activix") as pusher:
        assert pusher.push().violations == ()
    assert seen == [("/hooks/leads", "of=activix")]
    with pytest.raises(UsageError, match="must start with /"):
        push.to_wsgi("activix", application, "hooks")


def test_no_headers_but_those_of_the_crm_are_sent() -> None:
    receiver = Receiver()
    with push.to_wsgi("activix", receiver, credentials=BASIC) as pusher:
        pusher.examine(["no-accept"])
    assert receiver.seen[-1].keys() == {"host", "content-type", "authorization", "user-agent"}
