"""The page of a server with several workers, at an address that is not loopback."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_mocks.workers.ownership import owner_of
from tests.browser.live_page.clients import KEY, LEAD, OpenPage, broken, expect_rows, rows

TOKEN = "a-token-of-tests"


def _address() -> str:
    """Return an address of this machine that is not loopback; skip the test if there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # finds the route, and sends nothing
            address: str = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    return address


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """URL of a server with two workers, at an address of this machine."""
    address = _address()
    command = [str(Path(sys.executable).with_name("crm-mocks")), "serve", "config_api", "leadbank"]
    options = ["--host", "0.0.0.0", "-p", "0", "--workers", "2", "--admin-token", TOKEN]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip().rpartition(":")[2]
        try:
            yield f"http://{address}:{port}"
        finally:
            process.terminate()


@pytest.fixture
def admin(url: str) -> Iterator[httpx.Client]:
    """A client of the control API with the token; journals are empty."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        client.post("/__admin/reset", json={})
        yield client


@pytest.fixture
def page(url: str, admin: httpx.Client, open_page: OpenPage) -> Any:
    """The page, opened by a one-time link."""
    return open_page(admin.post("/__admin/ui/links").json()["url"])


SESSIONS = [next(f"s{n}" for n in range(100) if owner_of(f"s{n}", 2) == worker) for worker in (0, 1)]
"""A session of each worker."""


def _create(url: str, session: str, body: Any = LEAD) -> None:
    httpx.post(f"{url}/~{session}/v1/leads/create", json=body, headers=KEY)


def _of_all_sessions(page: Any, url: str, part: str = "requests") -> None:
    page.locator("#session").select_option("*")
    page.goto(f"{url}/#{part}")


def test_requests_of_all_workers_are_listed(url: str, page: Any) -> None:
    for session in SESSIONS:
        _create(url, session)
        _create(url, session, broken())
    _of_all_sessions(page, url)
    expect_rows(page, 4)
    _create(url, SESSIONS[1])
    expect_rows(page, 5)
    for row in rows(page).all()[:4]:
        row.click()
        page.locator(".details h3").first.wait_for()
    assert page.locator(".connection.live").count() == 1


def test_the_next_response_reaches_a_session_of_another_worker(url: str, page: Any) -> None:
    for session in SESSIONS:
        page.goto(f"{url}/~{session}/#queue")
        page.get_by_label("Next request of").select_option("config_api.createLead")
        page.get_by_role("button", name="429 rate_limit_exceeded").click()
        page.get_by_text("1 queued").wait_for()
        response = httpx.post(f"{url}/~{session}/v1/leads/create", json=LEAD, headers=KEY)
        assert response.status_code == 429


def test_the_verdict_and_downloads_are_of_all_workers(url: str, page: Any) -> None:
    for session in SESSIONS:
        _create(url, session, broken())
    _of_all_sessions(page, url, "verdict")
    page.get_by_text("2 requests, of which 2 broke the contract").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Requests as HAR").click()
    entries = json.loads(download.value.path().read_text("utf-8"))["log"]["entries"]
    assert {re.sub(r"-\d+$", "", entry["comment"]) for entry in entries} == set(SESSIONS)


def test_a_burst_of_requests_is_sampled(url: str, page: Any, admin: httpx.Client) -> None:
    _of_all_sessions(page, url)
    page.locator(".connection.live").wait_for()
    _burst(url, 1000)
    page.get_by_text("Too many at once").wait_for()
    rows(page).first.click()
    page.locator(".details h3").first.wait_for()
    assert admin.post("/__admin/requests/count", json={"session": "*"}).json()["count"] == 1000 * len(SESSIONS)


def _burst(url: str, count: int) -> None:
    """Send a number of requests to each session, as fast as the server takes them."""
    host, _, port = url.removeprefix("http://").partition(":")
    threads = []
    for session in SESSIONS:
        head = f"GET /~{session}/v1/leads/config HTTP/1.1\r\nHost: {host}\r\nx-api-key: demo-key\r\n"
        connection = socket.create_connection((host, int(port)), timeout=120)
        reading = threading.Thread(target=_read_all, args=[connection])
        reading.start()
        threads.append(reading)
        connection.sendall(f"{head}\r\n".encode() * (count - 1) + f"{head}Connection: close\r\n\r\n".encode())
    for thread in threads:
        thread.join()


def _read_all(connection: socket.socket) -> None:
    with connection:
        while connection.recv(1 << 16):
            pass
