"""The control API's token, the ready file, and TLS."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import stat
import subprocess
from pathlib import Path

import httpx
import pytest

import crm_mocks
from crm_mocks.admin import gateway
from crm_mocks.errors import UsageError
from crm_mocks.options import ServeOptions
from crm_mocks.server.prepared_server import prepare
from crm_mocks.server.ready_file import write_ready_file
from crm_mocks.server.tls import make_tls
from tests.server.serving import COMMAND, any_vendor

VENDOR = any_vendor()


@pytest.mark.parametrize("token", ["", " ", " x ", "a b", "tok\u00e9n", "a\udcff", "a\nb", "x" * 1001])
def test_a_token_that_no_header_can_hold_is_refused(token: str) -> None:
    with pytest.raises(UsageError, match="admin token"):
        prepare(ServeOptions((VENDOR,), port=0, admin_token=token))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((b"--admin-token", b"\xff\xfe"), b"the admin token must be"),
        ((b"--set", b"activix.signature_key=\xff"), b"takes text in UTF-8"),
    ],
)
def test_bytes_that_are_no_utf_8_are_one_line(arguments: tuple[bytes, ...], message: bytes) -> None:
    command = [*map(os.fsencode, COMMAND), b"serve", b"activix", b"--port", b"0", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_token_comes_from_a_file_and_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret-token\n")
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--admin-token-file", str(tmp_path / "token"), "--ready-file", str(ready)]
    with subprocess.Popen(
        [*COMMAND, "serve", VENDOR, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[1]
            good = {"Authorization": "Bearer s3cret-token"}
            assert httpx.get(f"{url}/__admin/sessions").status_code == 401
            assert httpx.get(f"{url}/__admin/sessions", headers=good).status_code == 200
            process.terminate()
            out, err = process.communicate(timeout=60)
            assert "s3cret-token" not in out + err
        finally:
            process.kill()


def test_two_tokens_are_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x")
    command = [*COMMAND, "serve", VENDOR, "--admin-token", "y", "--admin-token-file", str(tmp_path / "token")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "there is also --admin-token" in done.stderr


def test_a_wrong_token_is_answered_late_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float, *arguments: object) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(gateway.asyncio, "sleep", noted)
    with crm_mocks.serve((VENDOR,), port=0, admin_token="right") as mocks:
        wrong = httpx.get(f"{mocks.url}/__admin/sessions", headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    assert gateway.FAILURE_SECONDS in slept


def test_a_link_in_place_of_the_temporary_ready_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / f".ready.{os.getpid()}").symlink_to(victim)
    write_ready_file(tmp_path / "ready", {"url": "http://localhost"})
    assert victim.read_text() == "mine"
    assert stat.S_IMODE((tmp_path / "ready").stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == [f".ready.{os.getpid()}", "ready", "victim"]


def test_tls_is_at_least_1_2_and_keeps_keys_to_itself() -> None:
    tls = make_tls("127.0.0.1", None, None)
    try:
        assert tls.context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert tls.ca_file is not None
        assert stat.S_IMODE(tls.ca_file.parent.stat().st_mode) == 0o700
        assert [each.name for each in tls.ca_file.parent.iterdir()] == ["ca.pem"]
        assert b"PRIVATE" not in tls.ca_file.read_bytes()
    finally:
        tls.close()


def test_a_generated_certificate_names_this_machine_if_all_addresses_are_served() -> None:
    with crm_mocks.serve((VENDOR,), port=0, host="0.0.0.0", tls=True, admin_token="x") as mocks:
        context = ssl.create_default_context(cafile=str(mocks.ca_file))
        with (
            socket.create_connection(("127.0.0.1", int(mocks.url.rpartition(":")[2]))) as connection,
            context.wrap_socket(connection, server_hostname=socket.gethostname()) as secured,
        ):
            assert secured.version() in ("TLSv1.2", "TLSv1.3")
