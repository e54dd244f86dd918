"""Generated answers a second: `python -m benchmarks.fuzz`.

For createLead of two CRMs, each with the Python example client: generation alone, from the examples and from the
schema; in process, as with a fixture without a socket; over a socket, as with one that has one; and by `crm-mocks fuzz`
with `--persistent`, two processes of the client. The ways take turns, and each figure is the median over the rounds; of
the command it is what more answers take, in the order of its plan, without its start and what it learns first. Exit
code 1 if less is reached than is promised.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.servers import ROOT
from crm_contracts.fuzz import GeneratedResponse, answers
from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel
from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer
from crm_contracts.pytest_plugin.fixtures.session_mocks import open_session
from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.server import run_server
from tools.pages.examples import examples
from tools.pages.weaknesses.runs import fuzz

sys.path += [str(ROOT / "examples" / name) for name in ("config_api_requests", "crmcom_httpx")]

from config_api_client import ConfigApi
from crmcom_client import CrmCom

OPTIONS = PluginOptions(seed=1)
IN_PROCESS, OVER_A_SOCKET, PERSISTENT = "in process", "over a socket", "persistent"
PROMISED = (IN_PROCESS, OVER_A_SOCKET, PERSISTENT)
FEW, MANY = 100, 1_100


@dataclass(frozen=True)
class Case:
    """An operation with its client.

    Attributes:
        client: makes what does the client's job, of a base URL and the demo credentials; as a fixture would, once.
        example: folder of the client.
        promised: answers a second, with a client.
    """

    vendor: str
    client: Callable[[str, dict[str, str]], Callable[[], object]]
    example: str
    promised: int

    @property
    def operation(self) -> str:
        """As answers are asked for."""
        return f"{self.vendor}.createLead"


def _config_api(url: str, credentials: dict[str, str]) -> Callable[[], object]:
    client = ConfigApi(url, credentials["x-api-key"], sleep=lambda _: None)
    return lambda: client.create_lead("Max", "Mustermann", "max@example.com")


def _crmcom(url: str, credentials: dict[str, str]) -> Callable[[], object]:
    login = (credentials[name] for name in ("username", "password", "organisation"))
    client = CrmCom(*login, base_url=f"{url}/crmapi/rest/v2")

    def job() -> None:
        client.log_in()
        client.create_lead("Eleni", "Christou", "eleni@example.com", 3)

    return job


CASES = (
    Case("config_api", _config_api, "config_api_requests", 200),
    Case("crmcom", _crmcom, "crmcom_httpx", 80),
)


def main() -> int:
    """Measure; return 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--answers", type=int, default=150, help="in each round")
    options = parser.parse_args()
    kept = True
    for case in CASES:
        for name, rate in _measured(case, options.rounds, options.answers).items():
            promised = case.promised if name in PROMISED else 0
            kept = kept and rate >= promised
            words = f" ({promised} are promised)" if promised else ""
            print(f"{case.operation}, {name}: {rate:.0f} answers a second{words}", flush=True)
    return 0 if kept else 1


@dataclass(frozen=True)
class ClientInvocation:
    """A way of being given answers.

    Attributes:
        test: is given each.
        around: what a round lasts within.
        from_schema: as of `answers`.
    """

    test: Callable[[GeneratedResponse], object] = lambda _: None
    around: Callable[[], AbstractContextManager[object]] = nullcontext
    from_schema: bool = False


def _measured(case: Case, rounds: int, count: int) -> dict[str, float]:
    """Return the answers a second of each way, as medians."""
    rates: dict[str, list[float]] = {}
    with _in_process(case) as in_process, _over_a_socket(case) as over_a_socket:
        ways = {
            "generation": ClientInvocation(),
            "generation from the schema": ClientInvocation(from_schema=True),
            IN_PROCESS: in_process,
            OVER_A_SOCKET: over_a_socket,
        }
        for number in range(rounds + 1):  # the first warms up
            for name in ways if number % 2 else reversed(ways):
                rate = _rate(case.operation, count, number, ways[name])
                if number:
                    rates.setdefault(name, []).append(rate)
        rates[PERSISTENT] = [_persistent(case, number) for number in range(min(rounds, 3))]
    return {name: median(each) for name, each in rates.items()}


def _persistent(case: Case, number: int) -> float:
    """Return how many further answers a second the command gives to a client that stays."""
    (example,) = (each for each in examples(ROOT / "examples") if each.name == case.example)
    few, many = (
        float(fuzz(example, count, "", "--operation", case.operation, "--seed", str(number))["seconds"])
        for count in (FEW, MANY)
    )
    return (MANY - FEW) / (many - few)


def _rate(operation: str, count: int, number: int, way: ClientInvocation) -> float:
    """Return how many answers a second a test is given; a round has the same answers in every way."""
    done = 0

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(answer=answers(operation, from_schema=way.from_schema))
    def run(answer: GeneratedResponse) -> None:
        nonlocal done
        done += 1
        way.test(answer)

    with way.around():
        began = time.perf_counter()
        run()
        return done / (time.perf_counter() - began)


@contextmanager
def _in_process(case: Case) -> Iterator[ClientInvocation]:
    offline = OfflineServer(OPTIONS)
    mocks = offline.open("fuzzed", [])
    yield ClientInvocation(_given(case, mocks[case.vendor]), mocks.patched)
    mocks.close()
    offline.close()


@contextmanager
def _over_a_socket(case: Case) -> Iterator[ClientInvocation]:
    with TemporaryDirectory() as directory:
        ready = run_server.ensure_running(Path(directory) / "run", OPTIONS, os.getpid(), None, lambda: None)
        credentials = {name: about["credentials"] for name, about in ready["vendors"].items()}
        channel = SocketChannel(ready["url"])
        mocks = open_session(channel, "fuzzed", [], credentials)
        yield ClientInvocation(_given(case, mocks[case.vendor]))
        mocks.close()
        channel.close()
        run_server.stop(ready["pid"])


def _given(case: Case, mocked: Any) -> Callable[[GeneratedResponse], None]:
    """Return what gives an answer to the client, whatever becomes of that."""
    job = case.client(mocked.url, mocked.credentials)

    def give(answer: GeneratedResponse) -> None:
        mocked.reset()
        mocked.respond(answer)
        with suppress(Exception):
            job()

    return give


if __name__ == "__main__":
    sys.exit(main())
