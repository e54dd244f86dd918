"""What a request costs as a server fills: `python -m benchmarks.growth`.

Time and memory after 1, 1,000 and 100,000 stored leads, for each kind of request that a CRM's leads have to do with,
and with 1, 100 and 1,000 sessions. Time is the processor time that the server takes for a request, so that whatever
else the machine does counts little. Exit code 1 when a request gets dearer by more than noise explains.
"""

from __future__ import annotations

import base64
import http.client
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import payload
from benchmarks.load import MARK, SESSION_MARK
from benchmarks.servers import Running, Server, crm_mocks, running
from benchmarks.throughput import load
from crm_mocks.contract import Operation
from crm_mocks.vendor import load_vendor

STORED = (1, 1_000, 100_000)
SESSIONS = (1, 100, 1_000)
NOISE = 1.3
"""How much dearer a request may seem; the figures of one and the same state differ by up to a fifth."""

_SAMPLE = 4_000
_FOREVER = 3_600.0


@dataclass(frozen=True)
class Stage:
    """What was found at one stage.

    Attributes:
        microseconds: of processor time for a request.
        p50: milliseconds.
        megabytes: resident.
    """

    name: str
    microseconds: float
    p50: float
    megabytes: float


class Series:
    """Requests to one server, of which the load generator's numbers go on."""

    def __init__(self, alive: Running) -> None:
        self._alive = alive
        self._sent = 0

    def send(self, template: bytes, requests: int, sessions: int = 0) -> dict[str, Any]:
        """Send so many requests.

        Raises:
            SystemExit: one of them is refused.
        """
        found = load(
            self._alive.port,
            template,
            seconds=_FOREVER,
            requests=requests,
            first=self._sent,
            sessions=sessions,
        )
        self._sent += requests + 1000
        if set(found["statuses"]) != {"200"}:
            raise SystemExit(f"valid requests are answered with {found['statuses']}")
        return found

    def stage(self, name: str, template: bytes, sessions: int = 0) -> Stage:
        """Measure what a request costs now."""
        before = self._alive.cpu_seconds()
        found = self.send(template, _SAMPLE, sessions)
        seconds = self._alive.cpu_seconds() - before
        return Stage(name, seconds / _SAMPLE * 1e6, found["p50"], self._alive.megabytes())


def _server(*options: str) -> Server:
    """Return a server whose journal moves to its file from the start, so that this does not begin half-way."""
    return crm_mocks("--set", "host.journal_bytes=1048576", *options)


def leads(name: str, make: Callable[[int], bytes], stored: tuple[int, ...] = STORED) -> list[Stage]:
    """Measure a request that stores a lead, after so many have been stored.

    Args:
        name: of the request.
        make: makes its template for a server on a port.
        stored: how many leads.
    """
    with running(_server()) as alive:
        series, template, stages, sent = Series(alive), make(alive.port), [], 0
        series.send(template, 1)
        series.stage("warm-up", template)
        sent = _SAMPLE + 1
        for count in stored:
            if count > sent:
                series.send(template, count - sent)
                sent = count
            stages.append(series.stage(f"{name}, {sent:,} stored", template))
            sent += _SAMPLE
        return stages


def sessions(counts: tuple[int, ...] = SESSIONS) -> list[Stage]:
    """Measure a request with so many sessions that take turns."""
    with running(_server()) as alive:
        series, stages = Series(alive), []
        template = payload.template(x_mock_session=SESSION_MARK.decode())
        series.stage("warm-up", template, sessions=1)
        for count in counts:
            series.send(template, max(count, 8), sessions=count)  # each springs into being
            stages.append(series.stage(f"{count:,} sessions", template, sessions=count))
        return stages


def queue_of_leads(counts: tuple[int, ...] = (25, 1_000, 10_000)) -> list[Stage]:
    """Measure the requests of a CRM that hands leads out, with so many that wait."""
    stages = []
    body = b"1"
    template = payload.request("/api/leads", body, {})
    for count in counts:
        with running(_server("--set", f"leadbank.leads={count}")) as alive:
            series = Series(alive)
            series.stage("warm-up", template)
            stages.append(series.stage(f"leadbank.getLeads, {count:,} waiting", template))
    return stages


def activix(_port: int) -> bytes:
    """Return Activix's createLead: a lead with another id in each request."""
    operation, body = _example("activix", "createLead", "created")
    known = load_vendor("activix").credentials
    basic = base64.b64encode(f"{known['username']}:{known['password']}".encode()).decode()
    body["id"] = int(b"1" + MARK)
    return payload.request(operation.path, json.dumps(body).encode(), {"Authorization": f"Basic {basic}"})


def crmcom(port: int) -> bytes:
    """Return CRM.COM's createLead: a lead of another contact in each request."""
    login, credentials = _example("crmcom", "createToken", "created")
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", login.path, json.dumps(credentials), {"Content-Type": "application/json"})
    token = json.loads(connection.getresponse().read())["data"]["token"]
    connection.close()
    operation, body = _example("crmcom", "createLead", "created")
    body |= {"token": token, "contact_email": f"max.{MARK.decode()}@example.com"}
    return payload.request(operation.path, json.dumps(body).encode(), {})


def _example(vendor: str, operation_id: str, name: str) -> tuple[Operation, dict[str, Any]]:
    loaded = load_vendor(vendor)
    operation = loaded.contract_file.in_force(loaded.settings_type()).operations[operation_id]
    assert operation.body is not None  # all of them create something
    value = operation.body.examples.get(name) or next(iter(operation.body.examples.values()))
    return operation, json.loads(json.dumps(value[1]))


def main() -> int:
    """Print all stages."""
    dearer = []
    for stages in (
        leads("config_api.createLead", lambda _: payload.template()),
        leads("activix.createLead", activix),
        leads("crmcom.createLead", crmcom),
        queue_of_leads(),
        sessions(),
    ):
        first = stages[0]
        for stage in stages:
            ratio = stage.microseconds / first.microseconds
            print(
                f"{stage.microseconds:7.0f} µs  {ratio:4.2f}  p50 {stage.p50:6.2f} ms  "
                f"{stage.megabytes:6.0f} MB  {stage.name}",
                flush=True,
            )
            if ratio > NOISE:
                dearer.append(stage.name)
    for name in dearer:
        print(f"dearer than noise explains: {name}", file=sys.stderr)
    return 1 if dearer else 0


if __name__ == "__main__":
    sys.exit(main())
