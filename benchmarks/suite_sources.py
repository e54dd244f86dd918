"""Plain suites of tests with one request each: ours, and those of peers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import payload

PEERS: Final = (
    "pytest==9.2.0",
    "requests==2.34.2",
    "responses==0.26.3",
    "httpx==0.28.1",
    "respx==0.23.1",
    "pytest-httpserver==1.2.0",
    "moto[server]==5.2.5",
)
"""Packages of the peers' suites."""

_NOW: Final = "2026-01-31T12:00:00Z"

_HEAD: Final = """
import json
from pathlib import Path

import pytest
import requests

LEADS = json.loads(Path(__file__).with_name("leads.json").read_bytes())
PATH = {path!r}
HEADERS = {{"x-api-key": {key!r}}}
each = pytest.mark.parametrize("number", range({tests}))

def create(base, number, post=requests.post):
    response = post(base + PATH, json=LEADS[number], headers=HEADERS)
    assert response.status_code == 200, response.text
"""

_CONFTEST: Final = """
import atexit, json, resource
from pathlib import Path

def write_used():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    Path(__file__).with_name("used.json").write_text(json.dumps([each.ru_utime + each.ru_stime for each in used]))

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        atexit.register(write_used)  # when servers have been waited for
"""


@dataclass(frozen=True)
class Suite:
    """A suite.

    Attributes:
        name: its name in the table.
        source: its tests.
        is_peer: it needs the packages of the peers, not ours.
    """

    name: str
    source: str
    is_peer: bool = False

    def written(self, folder: Path, tests: int) -> Path:
        """Write the suite into a new folder; return the folder."""
        suite = folder / re.sub(r"\W+", "_", self.name)
        suite.mkdir()
        head = _HEAD.format(path=payload.path(), key=payload.KEY, tests=tests)
        (suite / "test_suite.py").write_text(head + self.source, encoding="utf-8")
        (suite / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
        (suite / "leads.json").write_text(json.dumps([payload.lead(f"{number:010d}") for number in range(tests)]))
        lines = [
            "[pytest]",
            f"crm_mocks_set = {payload.VENDOR}.rate_limit=off",
            f"crm_mocks_now = {_NOW}",
            f"crm_mocks_allow = {payload.VENDOR}.{payload.OPERATION}:*",
        ]
        (suite / "pytest.ini").write_text("\n".join(lines[:1] if self.is_peer else lines), encoding="utf-8")
        return suite


SUITES: Final = (
    Suite(
        "empty tests",
        """
@each
def test(number):
    pass
""",
    ),
    Suite(
        "pytest-httpserver",
        """
@each
def test(httpserver, number):
    httpserver.expect_request(PATH, method="POST").respond_with_json({"leadId": 1, "customerId": 2})
    create(httpserver.url_for("").rstrip("/"), number)
""",
        is_peer=True,
    ),
    Suite(
        "moto's server",
        """
from moto.server import ThreadedMotoServer

@pytest.fixture(scope="session")
def moto():
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()

@each
def test(moto, number):
    assert requests.post(moto + "/moto-api/reset").status_code == 200
    assert requests.put(f"{moto}/bucket-{number}").status_code == 200
""",
        is_peer=True,
    ),
    Suite(
        "responses",
        """
import responses

@each
@responses.activate
def test(number):
    responses.add(responses.POST, "https://crm.example" + PATH, json={"leadId": 1, "customerId": 2})
    create("https://crm.example", number)
""",
        is_peer=True,
    ),
    Suite(
        "respx",
        """
import httpx, respx

@each
@respx.mock
def test(number):
    respx.post("https://crm.example" + PATH).mock(httpx.Response(200, json={"leadId": 1, "customerId": 2}))
    create("https://crm.example", number, httpx.post)
""",
        is_peer=True,
    ),
    Suite(
        "ours, served",
        """
@each
def test(config_api, number):
    create(config_api.url, number)
""",
    ),
    Suite(
        "ours, offline",
        """
@each
def test(config_api_offline, number):
    create(config_api_offline.at("https://crm.example").url, number)
""",
    ),
    Suite(
        "ours, offline with httpx",
        """
import httpx

@each
def test(config_api_offline, number):
    create(config_api_offline.at("https://crm.example").url, number, httpx.post)
""",
    ),
)
"""Suites whose tests all succeed."""


def mixed(fixture: str) -> Suite:
    """Return a suite with violations, which are allowed, refusals and forced responses, for its verdict."""
    return Suite(
        f"mixed, {fixture}",
        f"""
@each
def test({fixture}, number):
    kind = number % 10
    if kind == 1:
        {fixture}.respond(status=503)
    body = {{"firstname": number}} if kind == 2 else LEADS[number]
    for _ in range(2 if kind == 3 else 1):
        requests.post({fixture}.url + PATH, json=body, headers=HEADERS if kind != 4 else {{}})
""",
    )
