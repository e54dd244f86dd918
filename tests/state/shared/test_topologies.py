"""Cluster, Sentinel and Unix sockets."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from crm_mocks import create_app
from crm_mocks.errors import UsageError
from tests.state.shared.conftest import CONTACTS, Replicas
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


def test_a_cluster_holds_the_state(servers: Callable[..., StateServer], replicas: Callable[..., Replicas]) -> None:
    nodes = [servers("--cluster-enabled", "yes") for _ in range(2)]
    nodes[0].command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
    nodes[1].command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
    nodes[1].command("CLUSTER", "SET-CONFIG-EPOCH", 2)
    nodes[0].command("CLUSTER", "MEET", "127.0.0.1", nodes[1].port)
    end = time.monotonic() + 60
    while not all(b"cluster_state:ok" in node.command("CLUSTER", "INFO") for node in nodes):
        assert time.monotonic() < end
        time.sleep(0.1)
    pair = replicas(url=f"redis+cluster://127.0.0.1:{nodes[0].port},127.0.0.1:{nodes[1].port}")
    use(pair)
    for number in range(20):
        assert pair.create(number % 2, session=f"s{number}").status_code == 201
    assert all(node.command("DBSIZE") > 3 for node in nodes)


def test_sentinel_names_the_server(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], tmp_path: Path
) -> None:
    primary, probe = servers(), StateServer(tmp_path)
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(
        f"port {probe.port}\nbind 127.0.0.1\ndir {tmp_path}\nsentinel monitor mocks 127.0.0.1 {primary.port} 1\n"
    )
    found = program()
    assert found is not None
    sentinel = subprocess.Popen([found, str(configuration), "--sentinel"], stdout=subprocess.DEVNULL)
    try:
        use(replicas(url=f"redis+sentinel://127.0.0.1:{probe.port}/mocks/0", state_wait=60.0))
    finally:
        sentinel.kill()
        sentinel.wait()


def test_a_unix_socket_reaches_the_server(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], tmp_path: Path
) -> None:
    path = tmp_path / "socket"
    servers("--unixsocket", str(path))
    use(replicas(url=f"unix://{path}"))


def test_a_server_with_tls_is_reached_if_its_certificate_is_trusted(
    servers: Callable[..., StateServer], replicas: Callable[..., Replicas], tmp_path: Path
) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key, trusted = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(trusted)
    port = free_port()
    files = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-ca-cert-file", str(trusted))
    servers("--tls-port", str(port), *files, "--tls-auth-clients", "no")
    url = f"rediss://127.0.0.1:{port}/0"
    use(replicas(url=f"{url}?ssl_ca_certs={trusted}"))
    with pytest.raises(UsageError, match="certificate verify failed"):
        create_app(["config_api"], state=url, state_wait=0.1)
