"""docs/scale.md says what happens when the server of the state fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.state.shared.conftest import Replicas
from tests.state.shared.server import StateServer, program

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "scale.md"
FAST = {"state.command_seconds": 3, "state.connect_seconds": 5}
SECONDS = 60.0

Break = Callable[[StateServer], None]


def command(*words: str | int) -> Break:
    def run(server: StateServer) -> None:
        server.command(*words)

    return run


def new_password(server: StateServer) -> None:
    server.command("CONFIG", "SET", "requirepass", "other")
    server.command("CLIENT", "KILL", "TYPE", "normal", password="other")  # not a secret


def old_password(server: StateServer) -> None:
    server.command("CONFIG", "SET", "requirepass", "", password="other")  # as above


def nothing(server: StateServer) -> None:
    """Nothing needs to be mended."""


FAULTS: dict[str, tuple[Break, Break]] = {
    "`FLUSHALL`": (command("FLUSHALL"), nothing),
    "restart without persistence": (StateServer.stop, StateServer.start),
    "restart with `appendfsync always`": (StateServer.stop, StateServer.start),
    "`CLIENT PAUSE`": (command("CLIENT", "PAUSE", 16_000, "ALL"), nothing),  # both replicas notice first
    "`CLIENT KILL`": (command("CLIENT", "KILL", "TYPE", "normal"), nothing),
    "`maxmemory` with `noeviction`": (
        command("CONFIG", "SET", "maxmemory", 1),
        command("CONFIG", "SET", "maxmemory", 0),
    ),
    "another password": (new_password, old_password),
    "read-only replica after a failover": (command("REPLICAOF", "127.0.0.1", 1), command("REPLICAOF", "NO", "ONE")),
}


@pytest.fixture
def server_of(tmp_path: Path) -> Iterator[Callable[[str], StateServer]]:
    made: list[StateServer] = []

    def make(fault: str) -> StateServer:
        if program() is None:
            pytest.skip("neither valkey-server nor redis-server is installed")
        durable = ("--appendonly", "yes", "--appendfsync", "always") if "always" in fault else ()
        made.append(StateServer(tmp_path, *durable))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()


def rows() -> dict[str, str]:
    """Return the rows of the page by their first cell."""
    text = PAGE.read_text(encoding="utf-8")
    table = text.partition("<!-- faults -->")[2].partition("<!-- /faults -->")[0]
    return {line.split(" | ")[0].removeprefix("| "): line for line in table.strip().splitlines()[2:]}


def test_the_page_has_all_faults() -> None:
    assert list(rows()) == list(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_the_effect_that_the_page_states(
    fault: str, replicas: Callable[..., Replicas], server_of: Callable[[str], StateServer]
) -> None:
    damage, mend = FAULTS[fault]
    server = server_of(fault)
    pair = replicas(url=server.url, settings=FAST)
    pair.watch()
    pair.create(0)
    damage(server)
    meanwhile = pair.create(0, "meanwhile@example.com").status_code
    ready = _settled(pair, 503 if meanwhile == 503 else 200)
    mend(server)
    _settled(pair, 200)
    afterwards = _status(pair, "afterwards@example.com")
    lost = pair.admin(1, "POST", "findings", {}).json()["findings"]
    verdict = "fails: exchanges are lost" if lost else "as before"
    assert rows()[fault] == f"| {fault} | {meanwhile} | {ready} | {afterwards} | {verdict} |"


def _settled(pair: Replicas, status: int) -> str:
    """Wait until both replicas are as expected; return whether the first one is ready."""
    end = time.monotonic() + SECONDS
    while any(pair.admin(place, "GET", "ready").status_code != status for place in (0, 1)) and time.monotonic() < end:
        pair.admin(1, "GET", "requests")
    return "yes" if pair.admin(0, "GET", "ready").status_code == 200 else "no"


def _status(pair: Replicas, email: str) -> int:
    """Return the status of a request, once the state is used again."""
    end = time.monotonic() + SECONDS
    while True:
        status: int = pair.create(1, email).status_code
        if status != 503 or time.monotonic() > end:
            return status
