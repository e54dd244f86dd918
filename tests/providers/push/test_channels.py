"""What is not an answer: it is reported as what it is, in time, and never raised."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from crm_contracts.providers import push
from crm_contracts.providers.push import ReceiverResponse
from crm_contracts.providers.push.channels import channel
from crm_mocks.errors import UsageError
from tests.providers.push.receiver import BASIC, Receiver

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def pushed(url: str, **asked: Any) -> ReceiverResponse:
    with push.to_url("activix", url, **asked) as pusher:
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
    ("answer", "said"),
    [
        (b"", "no answer in HTTP: Server disconnected"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no answer in HTTP: "),
        (b"HTTP/1.1 xyz OK\r\n\r\n", "no answer in HTTP: "),
        (OK + b"Content-Length: 9\r\n\r\nx", "no answer in HTTP: peer closed connection"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "the body cannot be read: "),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "no answer in HTTP: "),
    ],
)
def test_garbage_is_told_as_such(serving: Callable[..., Any], answer: bytes, said: str) -> None:
    came = pushed(serving(answer).url)
    assert came.status == 0
    assert came.failure.startswith(said)


@pytest.mark.parametrize("respond", [hang, trickle, drip])
def test_an_answer_must_be_there_in_time_however_it_comes(serving: Callable[..., Any], respond: Any) -> None:
    came = pushed(serving(respond).url, timeout=0.3)
    assert came.failure == "no whole answer within 0.3 s"


def test_an_answer_must_not_be_too_long(serving: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("asynchronous", "wsgi"):
        monkeypatch.setattr(f"crm_contracts.providers.push.channels.{module}.MOST_BYTES", 1000)
    body = gzip.compress(b" " * 5000)
    head = OK + f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    assert pushed(serving(head + body).url).failure == f"the answer has more than {channel.MOST_BYTES} bytes"


def test_a_redirect_is_an_answer_and_is_not_followed(serving: Callable[..., Any]) -> None:
    elsewhere = serving(OK + b"Content-Length: 0\r\n\r\n")
    redirect = f"HTTP/1.1 301 Moved\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
    came = pushed(serving(redirect).url)
    assert (came.status, elsewhere.connections) == (301, 0)
    assert [each.rule for each in came.violations] == ["undocumented-status"]


def test_a_page_of_a_proxy_is_undocumented(serving: Callable[..., Any]) -> None:
    page = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>"
    came = pushed(serving(page).url)
    assert [each.rule for each in came.violations] == ["undocumented-status"]


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])
def test_an_examination_ends_when_the_receiver_is_not_there(serving: Callable[..., Any], answer: bytes) -> None:
    server = serving(answer)
    with push.to_url("activix", server.url) as pusher:
        assert len(pusher.examine()) < 10
        examination = pusher.verdict()
    assert examination.exit_code() == 1
    assert examination.complaints == ("5 requests in a row did not reach the receiver: no more were sent",)


def test_a_url_where_nobody_is_cannot_be_pushed_to() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(UsageError, match=f"nobody can be reached at {url}: no connection: .*refused|Connect call"):
            pushed(url)


def test_tls_that_nobody_vouches_for_is_told(serving: Callable[..., Any], tls: Any) -> None:
    with pytest.raises(UsageError, match=r"TLS failed: .*certificate"):
        pushed(serving(b"", tls[0]).url)


def test_tls_is_trusted_by_a_file_of_authorities(serving: Callable[..., Any], tls: Any) -> None:
    context, file = tls
    assert pushed(serving(OK + b"Content-Length: 0\r\n\r\n", context).url, ca_file=file).status == 200


def test_https_to_what_speaks_http_fails_in_tls(serving: Callable[..., Any]) -> None:
    url = serving(b"HTTP/1.1 400 Bad Request\r\n\r\n").url.replace("http:", "https:")
    with pytest.raises(UsageError, match="TLS failed: "):
        pushed(url)


def test_a_file_without_certificates_is_refused(tmp_path: Any) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(UsageError, match="cannot read certificates from "):
        pushed("https://127.0.0.1:1/", ca_file=tmp_path / "empty.pem")


@pytest.mark.parametrize(
    "url", ["receiver", "ftp://a/b", "http://", "http://[", "http://a:0/", "http://a b/", "http://a:x/"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="must be an http:// or https:// URL with a host"):
        pushed(url)


def test_credentials_in_a_url_are_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        pushed("http://user:hunter2@127.0.0.1/")
    assert "hunter2" not in str(refused.value)


class Starting:
    """An ASGI application that notes its lifespan, and answers with what it has kept in its state."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["kept"] = b"application/x-kept"
            for _ in range(2):
                kind = (await receive())["type"]
                self.noted.append(kind)
                await send({"type": f"{kind}.complete"})
            return
        headers = [(b"content-type", scope["state"]["kept"])]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def test_an_asgi_application_is_started_and_ended() -> None:
    application = Starting()
    with push.to_asgi("activix", application) as pusher:
        assert application.noted == ["lifespan.startup"]
        assert pusher.push().headers["content-type"] == "application/x-kept"
    assert application.noted == ["lifespan.startup", "lifespan.shutdown"]


def test_an_asgi_application_that_cannot_start_is_told() -> None:
    async def failing(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(UsageError, match="the application did not start: no database"):
        push.to_asgi("activix", failing)


def test_an_asgi_application_that_never_starts_is_told() -> None:
    async def waiting(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()
        await receive()

    with pytest.raises(UsageError, match=r"the application did not start within 0\.2 s"):
        push.to_asgi("activix", waiting, timeout=0.2)


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_what_an_application_raises_is_reported(kind: str) -> None:
    def wsgi(_environ: Any, _start: Any) -> Any:
        raise KeyError("trim")

    async def asgi(_scope: Any, _receive: Any, _send: Any) -> None:
        raise KeyError("trim")

    opened = push.to_wsgi("activix", wsgi) if kind == "wsgi" else push.to_asgi("activix", asgi)
    with opened as pusher:
        assert pusher.push().failure == "the application raised KeyError: 'trim'"


def test_a_wsgi_application_that_takes_too_long_is_found_out() -> None:
    class Slow(Receiver):
        def accepted(self) -> Any:
            time.sleep(0.05)
            return super().accepted()

    with push.to_wsgi("activix", Slow(), credentials=BASIC, timeout=0.01) as pusher:
        assert pusher.push().failure == "no whole answer within 0.01 s"


def test_a_wsgi_application_may_be_at_another_path() -> None:
    seen = []

    def application(environ: Any, start: Any) -> Any:
        seen.append((environ["PATH_INFO"], environ["QUERY_STRING"]))
        start("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    with push.to_wsgi("activix", application, "/hooks/leads?of=activix") as pusher:
        assert pusher.push().violations == ()
    assert seen == [("/hooks/leads", "of=activix")]
    with pytest.raises(UsageError, match="must begin with /"):
        push.to_wsgi("activix", application, "hooks")


def test_nothing_but_what_the_crm_sends_is_sent() -> None:
    receiver = Receiver()
    with push.to_wsgi("activix", receiver, credentials=BASIC) as pusher:
        pusher.examine(["no-accept"])
    assert receiver.seen[0].keys() == {"host", "content-type", "authorization", "user-agent"}
