"""Values on the server that somebody has changed are refused, whatever is in them, by every route."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm_mocks.state.shared.checksums import add_checksum, verify_checksum
from tests.state.shared.conftest import Replicas
from tests.state.shared.server import StateServer

KEPT = b"Ada Lovelace"
ROUTES = (
    ("POST", "/toy/contacts"),
    ("GET", "/__admin/records"),
    ("GET", "/__admin/responses"),
    ("GET", "/__admin/requests"),
    ("GET", "/__admin/requests?wait_ms=60000&count=9"),
    ("GET", "/__admin/requests/entry?id=default-1"),
    ("GET", "/__admin/verdict"),
    ("GET", "/__admin/verdict?session=*"),
    ("GET", "/__admin/sessions"),
    ("POST", "/__admin/findings"),
    ("POST", "/__admin/clock"),
    ("PUT", "/__admin/settings"),
    ("DELETE", "/__admin/sessions/default"),
)
OF_THE_JOURNAL = [route for route in ROUTES if any(name in route[1] for name in ("requests", "verdict", "findings"))]


def change(server: StateServer, pair: Replicas, key: str, old: bytes, new: bytes) -> None:
    """Change the entries of a list that have some bytes."""
    name = f"{pair.settings['state.prefix']}:{{default}}:{key}"
    for place, entry in enumerate(server.command("LRANGE", name, 0, -1)):
        if old in entry:
            server.command("LSET", name, place, entry.replace(old, new))
            return
    raise AssertionError(f"no entry has {old!r}")


def refused(pair: Replicas, place: int, route: tuple[str, str]) -> str:
    """Return why a request is refused."""
    response = pair.send(place, *route, json={"email": "b@example.com"})
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
    return str(response.json()["detail"])


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize("new", [b'"oda@example.com"', b'["da@example.com"', b'"ada@example.co",'], ids=repr)
def test_a_changed_record_gives_503(pair: Replicas, server: StateServer, route: tuple[str, str], new: bytes) -> None:
    pair.create(0)
    change(server, pair, "log", b'"ada@example.com"', new)
    assert "values of the session default that crm-mocks has not written" in refused(pair, 1, route)


@pytest.mark.parametrize("route", OF_THE_JOURNAL, ids=" ".join)
def test_a_changed_exchange_gives_503(pair: Replicas, server: StateServer, route: tuple[str, str]) -> None:
    pair.create(0)
    change(server, pair, "journal", b"toy.createContact", b"toy.createContacs")
    assert "values of the journal of the session default that crm-mocks has not written" in refused(pair, 1, route)


def test_a_change_at_another_place_of_the_log_gives_503(pair: Replicas, server: StateServer) -> None:
    for number in range(3):
        pair.create(0, f"{number}@example.com")
    log = f"{pair.settings['state.prefix']}:{{default}}:log"
    first, second, *_ = server.command("LRANGE", log, 0, -1)
    server.command("LSET", log, 0, second)
    server.command("LSET", log, 1, first)
    assert "has not written" in refused(pair, 1, ROUTES[0])


def test_a_changed_snapshot_gives_503(pair: Replicas, server: StateServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.state.shared.copy_updates._LOG_BYTES", 2000)
    for number in range(40):
        pair.create(0, f"{number}@example.com")
    snapshot = f"{pair.settings['state.prefix']}:{{default}}:snapshot"
    server.command("SETRANGE", snapshot, 9, "x")
    assert "has not written" in refused(pair, 1, ROUTES[0])


def test_what_was_changed_can_be_purged(pair: Replicas, server: StateServer, replicas: Callable[..., Replicas]) -> None:
    pair.create(0)
    change(server, pair, "log", b'"ada@example.com"', b'"oda@example.com"')
    assert refused(pair, 1, ROUTES[0])
    pair.run(pair.apps[1].mock_app.shared.connection.purge())
    assert pair.create(1).status_code == 201


def test_a_checksum_fits_one_value_of_one_place() -> None:
    value = add_checksum(KEPT, "default", 3)
    assert verify_checksum(value, "default", 3) == KEPT
    for data, session, place in (
        (value, "default", 4),
        (value, "other", 3),
        (value[:-1], "default", 3),
        (value[:3], "default", 3),
        (b"", "default", 3),
    ):
        with pytest.raises(ValueError, match="checksum"):
            verify_checksum(data, session, place)
