"""`crm_mocks.serve`: mocks in a thread of the caller's process."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

import crm_mocks
from crm_mocks.errors import UsageError
from crm_mocks.server.http_server import _AbortingProtocol, run_on_loop
from crm_mocks.vendor import Vendor
from tests.server.connections import LOOPS, quiet_port

CONTACTS = "/toy/contacts"
KEY = {"X-Key": "demo-key"}


def test_a_vendor_is_an_attribute_and_an_item(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], seed=1, port=0) as mocks:
        assert mocks.toy is mocks["toy"]
        assert mocks.toy.credentials == {"X-Key": "demo-key"}
        response = httpx.post(mocks.toy.url + CONTACTS, json={"email": "ada@example.com"}, headers=KEY)
    assert response.status_code == 201


def test_replayed_responses_are_sent_first(toy_vendor: Vendor) -> None:
    gone = {"operation": "toy.createContact", "status": 410}
    with crm_mocks.serve([toy_vendor], port=0, replay=[gone]) as mocks:
        url = mocks.session_url("mine") + CONTACTS
        answers = [httpx.post(url, json={"email": "ada@example.com"}, headers=KEY) for _ in range(2)]
    assert [each.status_code for each in answers] == [410, 201]


def test_an_unknown_vendor_is_not_an_attribute(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks, pytest.raises(AttributeError, match="the mocks serve toy"):
        _ = mocks.nobody


def test_concurrent_mocks_share_nothing(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as one, crm_mocks.serve([toy_vendor], port=0) as other:
        assert one.url != other.url
        httpx.post(one.url + CONTACTS, json={"email": "ada@example.com"}, headers=KEY)
        assert one.mock_app.sessions.get("default").journal.total == 1
        assert other.mock_app.sessions.get("default").journal.total == 0


def test_mocks_can_be_used_from_another_thread(toy_vendor: Vendor) -> None:
    statuses: list[int] = []

    def use() -> None:
        with crm_mocks.serve([toy_vendor], port=0) as mocks:
            statuses.append(httpx.get(mocks.url).status_code)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert statuses == [200]


def test_mocks_that_have_been_stopped_run_nothing(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        pass
    with pytest.raises(UsageError, match="stopped"):
        mocks.run(asyncio.sleep(0))


def test_a_stop_between_taking_work_and_beginning_it_is_noticed(
    toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        pass
    monkeypatch.setattr("crm_mocks.server.thread._POLL_SECONDS", 0.01)
    monkeypatch.setattr(asyncio, "run_coroutine_threadsafe", lambda _coroutine, _loop: Future())
    with pytest.raises(UsageError, match="stopped"):
        mocks.run(asyncio.sleep(0))


def test_work_under_way_when_the_mocks_stop_is_reported_as_stopped(toy_vendor: Vendor) -> None:
    begun = threading.Event()
    errors: list[BaseException] = []

    async def last_longer_than_the_mocks() -> None:
        begun.set()
        await asyncio.Event().wait()

    def work() -> None:
        with pytest.raises(UsageError, match="stopped") as caught:
            mocks.run(last_longer_than_the_mocks())
        errors.append(caught.value)

    thread = threading.Thread(target=work)
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        thread.start()
        begun.wait()
    thread.join()
    assert len(errors) == 1


def test_a_result_that_comes_with_the_end_of_a_wait_is_returned(
    toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(Future[int]):
        """A result that comes just after the first wait has ended."""

        def result(self, timeout: float | None = None) -> int:
            if timeout is None or self.done():
                return super().result(timeout)
            self.set_result(7)
            raise TimeoutError

    future = Late()
    monkeypatch.setattr("crm_mocks.server.thread._POLL_SECONDS", 0.01)
    monkeypatch.setattr(asyncio, "run_coroutine_threadsafe", lambda _coroutine, _loop: future)
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        threading.Timer(0.05, future.set_result, (7,)).start()
        coroutine = asyncio.sleep(0)
        assert mocks.run(coroutine) == 7
        coroutine.close()


def test_the_port_is_free_again_afterwards(toy_vendor: Vendor) -> None:
    port = quiet_port()
    with crm_mocks.serve([toy_vendor], port=port) as mocks, httpx.Client() as client:
        client.get(mocks.url)  # leaves a connection open
    with crm_mocks.serve([toy_vendor], port=port) as mocks:
        assert httpx.get(mocks.url).status_code == 200


def test_no_thread_is_left_behind(toy_vendor: Vendor) -> None:
    before = set(threading.enumerate())  # some of earlier tests may end meanwhile
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        httpx.get(mocks.url)
        assert len(set(threading.enumerate()) - before) == 1
    assert set(threading.enumerate()) <= before


def test_it_stops_when_the_block_raises(toy_vendor: Vendor) -> None:
    with pytest.raises(ZeroDivisionError), crm_mocks.serve([toy_vendor], port=0) as mocks:
        raise ZeroDivisionError
    with pytest.raises(httpx.ConnectError):
        httpx.get(mocks.url)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"settings": {"toy.nothing": 1}}, "unknown setting"),
        ({"host": "no.such.host.invalid"}, "no such host"),
        ({"host": "203.0.113.1"}, "does not have that address"),
        ({"port": 70_000}, "not a port"),
        ({"now": "soon"}, "ISO 8601"),
        ({"admin_token": " "}, "the admin token must be 1 to"),
        ({"records": {"nobody": {}}}, "unknown vendor"),
    ],
)
def test_a_wrong_option_is_a_usage_error(toy_vendor: Vendor, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message), crm_mocks.serve([toy_vendor], **{"port": 0, **options}):
        pass


def test_an_unknown_vendor_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown vendor"), crm_mocks.serve("nobody", port=0):
        pass


def test_a_port_in_use_is_a_usage_error(toy_vendor: Vendor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="in use"), crm_mocks.serve([toy_vendor], port=port):
            pass


def test_a_failed_start_releases_the_port(toy_vendor: Vendor) -> None:
    port = quiet_port()
    with crm_mocks.serve([toy_vendor], port=port):
        pass
    with pytest.raises(UsageError), crm_mocks.serve([toy_vendor], port=port, settings={"toy.nothing": 1}):
        pass
    with crm_mocks.serve([toy_vendor], port=port):
        pass


def test_an_ipv6_address_is_in_brackets_in_urls(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], host="::1", port=0) as mocks:
        assert mocks.url.startswith("http://[::1]:")
        assert httpx.get(mocks.url).status_code == 200


def test_a_loopback_host_needs_no_admin_token(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        assert mocks.admin_token is None


def test_other_hosts_get_an_admin_token(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], host="0.0.0.0", port=0) as mocks:
        assert mocks.admin_token
        assert mocks.url.startswith("http://127.0.0.1:")


def test_a_session_with_a_dedicated_port_is_isolated(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        url = mocks.session_url("mine")
        httpx.post(url + CONTACTS, json={"email": "ada@example.com"}, headers=KEY)
        assert url != mocks.url
        assert mocks.mock_app.sessions.get("mine").journal.total == 1
        assert mocks.mock_app.sessions.get("default").journal.total == 0


def test_a_session_keeps_its_port(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        assert mocks.session_url("mine") == mocks.session_url("mine")
        assert mocks.session_url("mine") != mocks.session_url("yours")


def test_an_invalid_session_name_gets_no_port(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks, pytest.raises(UsageError, match="session name"):
        mocks.session_url("no name")


def test_the_control_api_is_served_on_session_ports(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        url = httpx.post(f"{mocks.url}/__admin/sessions", json={}).json()["url"]
        assert httpx.get(f"{url}/__admin/requests").json()["requests"] == []


def test_the_control_api_opens_ports(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        made = httpx.post(f"{mocks.url}/__admin/sessions", json={}).json()
        httpx.get(made["url"] + "/toy/nothing")
        assert mocks.mock_app.sessions.get(made["session"]).journal.total == 1


def test_the_ports_of_sessions_close_with_the_mocks(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        url = mocks.session_url("mine")
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_clients_that_trust_the_ca_file_trust_https(toy_vendor: Vendor) -> None:
    import ssl

    with crm_mocks.serve([toy_vendor], port=0, tls=True) as mocks:
        assert mocks.url.startswith("https://")
        assert mocks.ca_file is not None
        trust = ssl.create_default_context(cafile=mocks.ca_file)
        assert httpx.get(mocks.url, verify=trust).status_code == 200
        assert httpx.get(mocks.session_url("mine"), verify=trust).status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(mocks.url)
    assert not Path(mocks.ca_file).parent.exists()


@pytest.mark.parametrize("loop", LOOPS)
def test_connections_during_the_stop_are_aborted_silently(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if loop == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)
    errors: list[object] = []

    async def come() -> None:
        running = asyncio.get_running_loop()
        running.set_exception_handler(lambda _, context: errors.append(context))
        async with await running.create_server(_AbortingProtocol, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()

    run_on_loop(come())
    assert errors == []
