"""Cluster, Sentinel and Unix sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from crm_mocks import create_app
from crm_mocks.errors import UsageError
from tests.state.shared.conftest import CONTACTS, Replicas, until_created
from tests.state.shared.server import StateServer, free_port, program


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Callable[..., StateServer]]:
    made: list[StateServer] = []

    def make(*options: str) -> StateServer:
        if program() is None:
            pytest.skip("neither valkey-server nor redis-server is installed")
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(StateServer(folder, *options))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()


def use(pair: Replicas) -> None:
    """Use most of what needs the server."""
    pair.watch()
    pair.admin(0, "POST", "responses", {"operation": "toy.createContact", "status": 418})
    assert pair.create(1).status_code == 418
    assert pair.create(0).status_code == 201
    assert pair.create(1).status_code == 409
    name = pair.admin(1, "POST", "sessions", {}).json()["session"]
    pair.create(0, session=name)
    assert pair.admin(1, "GET", "verdict?session=*").json()["exchanges"] == 4
    assert pair.ids(1) == ["default-1", "default-2", "default-3"]

    async def woken() -> httpx.Response:
        waiting = asyncio.ensure_future(pair.clients[0].get("/__admin/requests?wait_ms=60000&count=4"))
        await asyncio.sleep(0.1)
        await pair.clients[1].post(CONTACTS, json={"email": "b@example.com"})
        return await asyncio.wait_for(waiting, 50)

    assert pair.run(woken()).json()["meta"]["total"] == 4
    assert pair.admin(0, "POST", "reset", {}).json()["reset"] == ["default", name]
    assert pair.admin(1, "GET", "requests?session=*").json()["meta"]["total"] == 0


class Tls:
    """A certificate, and the options of servers that use it.

    Attributes:
        port: where the server takes TLS connections.
        query: options of a URL that trust it.
    """

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1")
        certificate, key, trusted = (folder / name for name in ("cert.pem", "key.pem", "ca.pem"))
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        authority.cert_pem.write_to_path(trusted)
        self.port = free_port()
        self.query = f"?ssl_ca_certs={trusted}"
        self._options = {
            "tls-port": self.port,
            "tls-cert-file": certificate,
            "tls-key-file": key,
            "tls-ca-cert-file": trusted,
            "tls-auth-clients": "no",
        }

    def arguments(self) -> list[str]:
        return [word for name, value in self._options.items() for word in (f"--{name}", str(value))]

    def lines(self) -> str:
        return "".join(f"{name} {value}\n" for name, value in self._options.items())


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return Tls(tmp_path)


def until(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def joined(*nodes: StateServer) -> None:
    """Make nodes a cluster."""
    share = 16384 // len(nodes)
    for number, node in enumerate(nodes):
        last = 16383 if node is nodes[-1] else (number + 1) * share - 1
        node.command("CLUSTER", "ADDSLOTSRANGE", number * share, last)
        node.command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        if number:
            nodes[0].command("CLUSTER", "MEET", "127.0.0.1", node.port)
    until(lambda: all(b"cluster_state:ok" in node.command("CLUSTER", "INFO") for node in nodes))


def test_a_cluster_holds_the_state(servers: Callable[..., StateServer], replicas: Callable[..., Replicas]) -> None:
    nodes = [servers("--cluster-enabled", "yes") for _ in range(2)]
    joined(*nodes)
    pair = replicas(url=f"redis+cluster://127.0.0.1:{nodes[0].port},127.0.0.1:{nodes[1].port}")
    use(pair)
    for number in range(20):
        assert pair.create(number % 2, session=f"s{number}").status_code == 201
    assert all(node.command("DBSIZE") > 3 for node in nodes)


def test_a_cluster_with_tls_holds_the_state(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], tls: Tls
) -> None:
    joined(servers("--cluster-enabled", "yes", "--tls-cluster", "yes", *tls.arguments()))
    use(replicas(url=f"rediss+cluster://127.0.0.1:{tls.port}{tls.query}"))
    with pytest.raises(UsageError, match="cannot be used"):
        create_app(["config_api"], state=f"rediss+cluster://127.0.0.1:{tls.port}", state_wait=0.1)


@pytest.fixture
def sentinel(tmp_path: Path) -> Iterator[Callable[..., StateServer]]:
    """Start a Sentinel that watches a primary under the name `mocks`."""
    made: list[StateServer] = []

    def make(primary: int, *further: str) -> StateServer:
        folder = tmp_path / f"sentinel-{len(made)}"
        folder.mkdir()
        configuration = folder / "sentinel.conf"
        configuration.write_text(f"sentinel monitor mocks 127.0.0.1 {primary} 1\n" + "".join(further))
        made.append(StateServer(folder, "--sentinel", configuration=configuration))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_sentinel_names_the_server(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], sentinel: Callable[..., StateServer]
) -> None:
    use(replicas(url=f"redis+sentinel://127.0.0.1:{sentinel(servers().port).port}/mocks/0"))


def test_sentinel_with_tls_names_a_server_with_tls(
    servers: Callable[..., StateServer],
    replicas: Callable[..., Replicas],
    sentinel: Callable[..., StateServer],
    tls: Tls,
    tmp_path: Path,
) -> None:
    servers(*tls.arguments())
    (tmp_path / "of-sentinel").mkdir()
    own = Tls(tmp_path / "of-sentinel")
    watching = sentinel(tls.port, own.lines(), "tls-replication yes\n")
    trusted = tmp_path / "both.pem"
    trusted.write_bytes((tmp_path / "ca.pem").read_bytes() + (tmp_path / "of-sentinel" / "ca.pem").read_bytes())
    assert watching.port != own.port
    use(replicas(url=f"rediss+sentinel://127.0.0.1:{own.port}/mocks/0?ssl_ca_certs={trusted}"))


def begins_failover(sentinel: StateServer) -> bool:
    """Ask for a failover; return whether it begins, which it does not before Sentinel has reached the replica."""
    from redis.exceptions import ResponseError

    try:
        return sentinel.command("SENTINEL", "FAILOVER", "mocks") in (b"OK", True)
    except ResponseError as refusal:
        if "NOGOODSLAVE" not in str(refusal):
            raise
        return False


def test_nothing_is_lost_when_sentinel_promotes_a_replica_that_has_confirmed(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], sentinel: Callable[..., StateServer]
) -> None:
    primary = servers()
    replica = servers("--replicaof", "127.0.0.1", str(primary.port))
    watching = sentinel(primary.port)
    until(lambda: bool(watching.command("SENTINEL", "REPLICAS", "mocks")))
    until(lambda: b"connected" in replica.command("ROLE"))
    pair = replicas(url=f"redis+sentinel://127.0.0.1:{watching.port}/mocks/0", settings={"state.wait_replicas": 1})
    pair.watch()
    for number in range(10):
        assert pair.create(number % 2, f"before-{number}@example.com").status_code == 201
    until(lambda: begins_failover(watching))
    until(lambda: b"master" in replica.command("ROLE"))
    assert until_created(pair, 0).status_code == 201
    stored = {each["email"] for each in pair.admin(1, "GET", "records?vendor=toy&kind=contacts").json()["records"]}
    assert {f"before-{number}@example.com" for number in range(10)} <= stored
    assert pair.admin(1, "POST", "findings", {}).json()["findings"] == []


def test_a_unix_socket_reaches_the_server(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], tmp_path: Path
) -> None:
    path = tmp_path / "socket"
    servers("--unixsocket", str(path))
    use(replicas(url=f"unix://{path}"))


def test_a_server_with_tls_is_reached_if_its_certificate_is_trusted(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], tls: Tls
) -> None:
    servers(*tls.arguments())
    url = f"rediss://127.0.0.1:{tls.port}/0"
    use(replicas(url=f"{url}{tls.query}"))
    with pytest.raises(UsageError, match="certificate verify failed"):
        create_app(["config_api"], state=url, state_wait=0.1)
