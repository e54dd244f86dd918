"""docs/scale.md says what happens when the server of the state fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.state.shared.conftest import Replicas, until_created, wait_until
from tests.state.shared.server import StateServer, program

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "scale.md"
FAST = {"state.command_seconds": 3}

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
    pair = replicas(url=server.url, settings=FAST if "PAUSE" in fault else {})
    pair.watch()
    until_created(pair, 0)
    damage(server)
    meanwhile = pair.create(0, "meanwhile@example.com").status_code
    _settle(pair, 503 if meanwhile == 503 else 200)
    ready = "yes" if pair.admin(0, "GET", "ready").status_code == 200 else "no"
    mend(server)
    _settle(pair, 200)
    afterwards = until_created(pair, 1).status_code
    lost = [_findings(pair, place) for place in (0, 1)][1]  # the first one knows what was stored before
    verdict = "fails: exchanges are lost" if lost else "as before"
    assert rows()[fault] == f"| {fault} | {meanwhile} | {ready} | {afterwards} | {verdict} |"


def _settle(pair: Replicas, status: int) -> None:
    """Wait until both replicas answer as expected when they are asked whether they are ready."""

    def is_settled() -> bool:
        pair.admin(1, "GET", "requests")  # it notices a failure by what it is used for
        return all(pair.admin(place, "GET", "ready").status_code == status for place in (0, 1))

    wait_until(pair, is_settled)


def _findings(pair: Replicas, place: int) -> list[object]:
    """Return the findings, once the state can be used."""
    answers = []

    def is_answered() -> bool:
        answers.append(pair.admin(place, "POST", "findings", {}))
        return bool(answers[-1].status_code == 200)

    wait_until(pair, is_answered)
    found: list[object] = answers[-1].json()["findings"]
    return found
