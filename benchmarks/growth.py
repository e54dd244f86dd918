"""What a request costs as a server fills: `python -m benchmarks.growth`.

Time and memory after 1, 1,000 and 100,000 stored leads, for each kind of request that a CRM's leads have to do with,
and with 1, 100 and 1,000 sessions. Time is the processor time that the server takes for a request, over that of a fixed
piece of work on the same core just before and after, so that whatever else the machine does counts little. Exit code 1
when a request gets dearer by more than noise explains.
"""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import payload
from benchmarks.load import MARK, SESSION_MARK
from benchmarks.servers import Running, Server, crm_mocks, pin, running
from benchmarks.throughput import SERVER_CORE, load
from crm_mocks.contract import Operation
from crm_mocks.vendor import load_vendor

STORED = (1, 1_000, 100_000)
SESSIONS = (1, 100, 1_000)
NOISE = 1.3
"""How much dearer a request may seem; the figures of one and the same state differ by up to a fifth."""

_WORK = """
import json, time
lead = {"people": [{"name": str(number), "tags": ["a", "b"]} for number in range(100)]}
best = 1e9
for _ in range(30):
    began = time.process_time()
    for _ in range(50):
        json.loads(json.dumps(lead))
    best = min(best, time.process_time() - began)
print(best)
"""
_SAMPLE = 4_000
_PARTS = 3
"""A sample is taken in so many parts, of which the quietest counts."""

_FOREVER = 3_600.0


@dataclass(frozen=True)
class Stage:
    """What was found at one stage.

    Attributes:
        microseconds: of processor time for a request.
        pace: how long the fixed piece of work takes then, in milliseconds.
        p50: milliseconds.
        megabytes: resident.
    """

    name: str
    microseconds: float
    pace: float
    p50: float
    megabytes: float


class Series:
    """Requests to one server, of which the load generator's numbers go on."""

    def __init__(self, alive: Running) -> None:
        self._alive = alive
        self._sent = 10_000  # the first numbers were used to ask whether the server answers

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

    def stage(self, name: str, template: bytes, sessions: int = 0, sample: int = _SAMPLE) -> Stage:
        """Measure what a request costs now, with so many of them."""
        parts = [self._part(template, sample // _PARTS, sessions) for _ in range(_PARTS)]
        microseconds, pace, p50 = min(parts, key=lambda part: part[0] / part[1])
        return Stage(name, microseconds, pace, p50, self._alive.megabytes())

    def _part(self, template: bytes, sample: int, sessions: int) -> tuple[float, float, float]:
        pace = _pace()
        before = self._alive.cpu_seconds()
        found = self.send(template, sample, sessions)
        seconds = self._alive.cpu_seconds() - before
        return seconds / sample * 1e6, (pace + _pace()) / 2, found["p50"]


def _pace() -> float:
    """Return the milliseconds of processor time that a fixed piece of work takes now on the server's core."""
    command = [sys.executable, "-c", _WORK]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        pin(process.pid, SERVER_CORE)
        printed, _ = process.communicate()
    return float(printed) * 1e3


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
        series, stages, sent = Series(alive), [], 0
        series.send(payload.template(x_mock_session="another"), 1500)  # fills the journal, makes what is made once
        template = make(alive.port)
        for count in stored:
            series.send(template, count - sent)
            sample = min(_SAMPLE, max(count, 999))
            stages.append(series.stage(f"{name}, {count:,} stored", template, sample=sample))
            sent = count + sample
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
    token = ask(port, "POST", login.path, credentials)["data"]["token"]
    operation, body = _example("crmcom", "createLead", "created")
    body |= {"token": token, "contact_email": f"max.{MARK.decode()}@example.com"}
    return payload.request(operation.path, json.dumps(body).encode(), {})


def ask(port: int, method: str, path: str, body: Any) -> Any:
    """Send JSON; return the answer's JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    if response.status >= 300:
        raise SystemExit(f"{method} {path} is answered with {response.status}")
    return answer


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
            ratio = stage.microseconds / stage.pace / (first.microseconds / first.pace)
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
