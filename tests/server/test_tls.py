"""Certificates of the user."""

from __future__ import annotations

import socket
import ssl
import stat
from pathlib import Path

import httpx
import pytest
import trustme
from cryptography.hazmat.primitives import serialization

import crm_mocks
from crm_mocks.errors import UsageError
from crm_mocks.server.tls import make_tls
from crm_mocks.vendor import Vendor


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def cert(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "cert.pem"
    authority.issue_cert("127.0.0.1").cert_chain_pems[0].write_to_path(str(path))
    return path


@pytest.fixture
def both(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "both.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(path))
    return path


def test_key_and_certificate_may_share_a_file(toy_vendor: Vendor, authority: trustme.CA, both: Path) -> None:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with crm_mocks.serve([toy_vendor], port=0, tls_cert=both) as mocks:
        assert mocks.ca_file is None
        assert httpx.get(mocks.url, verify=trust).status_code == 200


def test_key_and_certificate_may_be_separate_files(toy_vendor: Vendor, authority: trustme.CA, tmp_path: Path) -> None:
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    files = {"tls_cert": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
    with crm_mocks.serve([toy_vendor], port=0, **files) as mocks:
        assert httpx.get(mocks.url, verify=trust).status_code == 200


def test_a_certificate_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*none\.pem for TLS"):
        make_tls("127.0.0.1", tmp_path / "none.pem", None)


def test_a_certificate_without_its_key_is_a_usage_error(cert: Path) -> None:
    with pytest.raises(UsageError, match="must contain the key too"):
        make_tls("127.0.0.1", cert, None)


def test_the_key_of_another_certificate_is_a_usage_error(cert: Path, both: Path) -> None:
    with pytest.raises(UsageError, match="key values mismatch"):
        make_tls("127.0.0.1", cert, both)


def test_an_encrypted_key_is_a_usage_error_without_a_prompt(authority: trustme.CA, tmp_path: Path) -> None:
    issued = authority.issue_cert("127.0.0.1")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    (tmp_path / "key.pem").write_bytes(encrypted)
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    with pytest.raises(UsageError, match="cannot use"):
        make_tls("127.0.0.1", tmp_path / "cert.pem", tmp_path / "key.pem")


def test_a_key_alone_is_a_usage_error(cert: Path) -> None:
    with pytest.raises(UsageError, match="requires --tls-cert"):
        make_tls("127.0.0.1", None, cert)


def test_a_host_that_no_certificate_can_be_issued_for_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="cannot issue a certificate for the host 'my_host'"):
        make_tls("my_host", None, None)


def test_the_ca_file_is_in_a_private_directory() -> None:
    tls = make_tls("127.0.0.1", None, None)
    assert tls.ca_file is not None
    assert stat.S_IMODE(tls.ca_file.parent.stat().st_mode) == 0o700
    tls.close()
    assert not tls.ca_file.parent.exists()


def test_the_generated_certificate_is_for_the_public_host_too(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0, tls=True, public_url="https://mocks.example") as mocks:
        trust = ssl.create_default_context(cafile=mocks.ca_file)
        with socket.create_connection(("127.0.0.1", int(mocks.local_url.rpartition(":")[2])), timeout=60) as plain:
            trust.wrap_socket(plain, server_hostname="mocks.example").close()
