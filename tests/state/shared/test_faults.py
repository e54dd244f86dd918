"""What happens when the server of the state fails, loses data, or is too slow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_mocks import create_app
from crm_mocks.errors import UsageError
from tests.state.shared.conftest import Replicas, until_created, wait_until
from tests.state.shared.server import StateServer

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "scale.md"


@pytest.fixture
def watched(replicas: Callable[..., Replicas], own_server: StateServer) -> Replicas:
    """Two replicas that watch a server of their own."""
    pair = replicas(url=own_server.url)
    pair.watch()
    return pair


def ready(pair: Replicas, place: int) -> bool:
    return pair.admin(place, "GET", "ready").status_code == 200


def unavailable(pair: Replicas, place: int, email: str) -> str:
    """Check that a request gets a 503; return its detail."""
    response = pair.create(place, email)
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["detail"])


def test_a_server_that_is_away_gives_503_until_it_is_back(watched: Replicas, own_server: StateServer) -> None:
    watched.create(0)
    own_server.stop()
    unavailable(watched, 0, "b@example.com")
    wait_until(watched, lambda: not ready(watched, 0) and not ready(watched, 1))
    assert watched.admin(0, "GET", "health").status_code == 200
    assert watched.admin(0, "GET", "requests").status_code == 503
    own_server.start()
    wait_until(watched, lambda: ready(watched, 0) and ready(watched, 1))
    assert watched.create(1, "c@example.com").status_code == 201


def test_a_restart_that_loses_the_data_makes_the_verdict_fail(watched: Replicas, own_server: StateServer) -> None:
    watched.create(0)
    own_server.stop()
    own_server.start()
    assert until_created(watched, 1).status_code == 201
    wait_until(watched, lambda: ready(watched, 0))
    assert_lost(watched)


def test_flushall_makes_the_verdict_fail(watched: Replicas, own_server: StateServer) -> None:
    watched.create(0)
    own_server.command("FLUSHALL")
    assert watched.create(1, "b@example.com").status_code == 201
    wait_until(watched, lambda: "complaints" in watched.admin(1, "GET", "verdict").json())
    assert_lost(watched)


def assert_lost(pair: Replicas) -> None:
    wait_until(pair, lambda: bool(pair.admin(0, "POST", "findings", {}).json()["findings"]))
    for place in (0, 1):
        (finding,) = pair.admin(place, "POST", "findings", {}).json()["findings"]
        assert finding["rule"] == "state-lost"
        assert "lost" in pair.admin(place, "GET", "verdict?format=markdown").text


def test_data_that_went_back_to_an_earlier_state_make_the_verdict_fail(
    watched: Replicas, own_server: StateServer
) -> None:
    """As after a failover to a replica that was behind."""
    watched.create(0)
    keys = own_server.command("KEYS", "*{default}*")
    before = {key: own_server.command("DUMP", key) for key in keys}
    watched.create(0, "b@example.com")
    for key, value in before.items():
        own_server.command("RESTORE", key, 100_000, value, "REPLACE")
    assert watched.create(1, "c@example.com").json()["id"] == 2
    assert watched.create(0, "d@example.com").json()["id"] == 3
    assert_lost(watched)


def test_a_new_session_after_a_loss_is_judged_as_usual(watched: Replicas, own_server: StateServer) -> None:
    watched.create(0)
    own_server.command("FLUSHALL")
    watched.create(1, session="new")
    assert watched.admin(0, "POST", "findings", {"session": "new"}).json()["findings"] == []


def test_a_server_that_pauses_gives_503_within_the_time_limit(
    replicas: Callable[..., Replicas], own_server: StateServer
) -> None:
    pair = replicas(url=own_server.url, settings={"state.command_seconds": 3})
    pair.watch()
    until_created(pair, 0)
    own_server.command("CLIENT", "PAUSE", 8_000, "ALL")
    assert "does not reply in time" in unavailable(pair, 0, "b@example.com")
    assert until_created(pair, 1).status_code == 201
    wait_until(pair, lambda: ready(pair, 0) and ready(pair, 1))
    wait_until(pair, lambda: pair.admin(1, "POST", "findings", {}).json().get("findings") == [])


def test_nothing_is_lost_when_connections_are_killed(watched: Replicas, own_server: StateServer) -> None:
    for number in range(40):
        if number % 5 == 0:
            own_server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        assert watched.create(number % 2, f"{number}@example.com").json()["id"] == number + 1
    assert watched.ids(0) == [f"default-{number}" for number in range(1, 41)]


def test_a_server_out_of_memory_gives_503_and_keeps_what_it_has(watched: Replicas, own_server: StateServer) -> None:
    watched.create(0)
    own_server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
    own_server.command("CONFIG", "SET", "maxmemory", "1mb")
    assert "out of memory" in unavailable(watched, 0, "b@example.com")
    own_server.command("CONFIG", "SET", "maxmemory", "0")
    wait_until(watched, lambda: ready(watched, 0) and ready(watched, 1))
    assert until_created(watched, 1).status_code == 201
    assert watched.ids(0)[:1] == ["default-1"]
    assert watched.admin(0, "POST", "findings", {}).json()["findings"] == []


def test_a_read_only_server_gives_503(watched: Replicas, own_server: StateServer) -> None:
    watched.create(0)
    own_server.command("REPLICAOF", "127.0.0.1", 1)
    assert "read-only" in unavailable(watched, 0, "b@example.com")
    own_server.command("REPLICAOF", "NO", "ONE")
    assert until_created(watched, 0).status_code == 201


def test_too_few_replicas_of_the_server_give_503(replicas: Callable[..., Replicas], own_server: StateServer) -> None:
    pair = replicas(url=own_server.url, settings={"state.wait_replicas": 1, "state.command_seconds": 6})
    assert "0 of 1 replicas" in unavailable(pair, 0, "a@example.com")


def test_a_wrong_password_ends_the_start_without_showing_it(own_server: StateServer) -> None:
    own_server.command("CONFIG", "SET", "requirepass", "right")
    url = f"redis://:wr0ng@127.0.0.1:{own_server.port}/0"
    with pytest.raises(UsageError) as error:
        create_app(["config_api"], state=url, state_wait=0.0)
    assert "wrong user or password" in str(error.value)
    assert "wr0ng" not in str(error.value)
    assert create_app(["config_api"], state=url.replace("wr0ng", "right"), state_wait=60.0)
    own_server.stop()


def test_a_server_that_is_away_at_the_start_ends_it() -> None:
    with pytest.raises(UsageError, match=r"the state at redis://127.0.0.1:1/0 cannot be used"):
        create_app(["config_api"], state="redis://user:secret@127.0.0.1:1/0", state_wait=0.3)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("seed", {"seed": 2}),
        ("now", {"now": "2026-01-31T12:00:00Z"}),
        ("settings", {"settings": {"config_api.latency_ms": 1}}),
        ("records", {"records": {"config_api": {"customers": []}}}),
        ("responses", {"replay": [{"operation": "config_api.createLead", "status": 418}]}),
        ("contracts", {"vendors": ["leadbank"]}),
    ],
)
def test_other_mocks_are_refused(server: StateServer, name: str, other: dict[str, object]) -> None:
    prefix = {"state.prefix": f"test-stamp-{name}"}
    same: dict[str, object] = {"vendors": ["config_api"], "seed": 1, "state": server.url, "state_wait": 60.0}
    create_app(**{**same, "settings": prefix})
    create_app(**{**same, "settings": prefix})
    settings = {**prefix, **other.pop("settings", {})}  # type: ignore[dict-item]  # both are settings
    with pytest.raises(UsageError, match=rf"belongs to mocks with another .*{name}"):
        create_app(**{**same, **other, "settings": settings})


@pytest.mark.parametrize("lost", [("-eval", "-evalsha"), ("resetkeys",), ("resetchannels",), ("off",)], ids=" ".join)
def test_a_user_that_loses_a_right_gives_503_until_it_is_back(
    replicas: Callable[..., Replicas], own_server: StateServer, lost: tuple[str, ...]
) -> None:
    rights = ("on", "~*", "&*", "+@all")
    own_server.command("ACL", "SETUSER", "mocks", ">password", *rights)
    pair = replicas(url=f"redis://mocks:password@127.0.0.1:{own_server.port}/0")
    pair.watch()
    assert pair.create(0).status_code == 201
    own_server.command("ACL", "SETUSER", "mocks", *lost)
    own_server.command("CLIENT", "KILL", "USER", "mocks")
    assert "cannot be used" in unavailable(pair, 1, "b@example.com")
    wait_until(pair, lambda: not ready(pair, 1))
    own_server.command("ACL", "SETUSER", "mocks", *rights)
    wait_until(pair, lambda: ready(pair, 0) and ready(pair, 1))
    assert until_created(pair, 1).status_code == 201
    assert pair.ids(0) == ["default-1", "default-2"]


def test_the_rights_that_the_page_names_are_enough(replicas: Callable[..., Replicas], own_server: StateServer) -> None:
    prefix = "test-rights"
    rights = re.search(r"ACL SETUSER mocks on >password (.*)", PAGE.read_text(encoding="utf-8"))
    assert rights is not None
    own_server.command("ACL", "SETUSER", "mocks", "on", ">password", *rights[1].replace("crm-mocks", prefix).split())
    url = f"redis://mocks:password@127.0.0.1:{own_server.port}/0"
    pair = replicas(url=url, settings={"state.prefix": prefix})
    pair.watch()
    assert pair.create(0).status_code == 201
    name = pair.admin(1, "POST", "sessions", {}).json()["session"]
    waiting = pair.admin(1, "GET", "requests?session=*&wait_ms=1&count=9").json()
    assert waiting["meta"]["total"] == 1
    assert pair.admin(0, "POST", "reset", {}).json()["reset"] == ["default", name]
    assert pair.run(pair.apps[0].mock_app.shared.connection.purge())
