"""Certificates: made on the spot by a certificate authority of our own, or the user's."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crm_mocks.errors import UsageError
from crm_mocks.parsing.user_files import read_file


@dataclass(frozen=True)
class Tls:
    """How HTTPS is served.

    Attributes:
        context: what sockets are wrapped with.
        ca_file: the certificate authority made on the spot, in PEM; `None` with the user's own certificate.
    """

    context: ssl.SSLContext
    ca_file: Path | None = None
    _directory: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Remove the files made on the spot."""
        if self._directory is not None:
            self._directory.cleanup()


def make_tls(host: str, cert: Path | None, key: Path | None) -> Tls:
    """Return how HTTPS is served.

    Args:
        host: name or address listened at, for the certificate made on the spot.
        cert: the user's certificate chain in PEM; without it, a certificate is made.
        key: its key in PEM, unless that stands in the same file.

    Raises:
        UsageError: the user's files cannot be used, or no certificate can name the host.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    if cert is not None:
        return _own(context, cert, key)
    if key is not None:
        raise UsageError("--tls-key needs --tls-cert, the certificate that the key belongs to")
    return _made(context, host)


def _own(context: ssl.SSLContext, cert: Path, key: Path | None) -> Tls:
    for file in filter(None, (cert, key)):
        read_file(file, "TLS")  # OpenSSL would not say which one it cannot read, and reads what has no end
    try:
        # The empty password keeps OpenSSL from asking for one on the terminal.
        context.load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        files = f"{cert} and {key}" if key else f"{cert} (with no --tls-key, it must hold the key too)"
        raise UsageError(f"cannot use {files} for TLS: {_reason(error)}") from None
    return Tls(context)


def _reason(error: ssl.SSLError) -> str:
    words = (error.reason or "not a certificate and its unencrypted key in PEM").replace("_", " ").lower()
    return "not in PEM, or the key is encrypted" if words == "pem lib" else words


def _made(context: ssl.SSLContext, host: str) -> Tls:
    import trustme  # it takes a fifth of a second to import

    authority = trustme.CA(organization_name="crm-mocks")
    names = dict.fromkeys(("localhost", "127.0.0.1", "::1", host))
    try:
        authority.issue_cert(*names).configure_cert(context)
    except ValueError as error:
        raise UsageError(f"cannot make a certificate for the host '{host}': {error}") from None
    directory = TemporaryDirectory(prefix="crm-mocks-")
    ca_file = Path(directory.name) / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    return Tls(context, ca_file, directory)
