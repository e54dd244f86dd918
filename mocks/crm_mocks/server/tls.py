"""TLS certificates: the user's, or generated."""

from __future__ import annotations

import shutil
import socket
import ssl
import weakref
from dataclasses import dataclass
from pathlib import Path

from crm_mocks.errors import UsageError
from crm_mocks.files.temporary import new_folder_path, remove_abandoned
from crm_mocks.parsing.user_files import read_file


@dataclass(frozen=True)
class Tls:
    """TLS configuration of a server.

    Attributes:
        context: TLS context.
        ca_file: PEM file of the generated certificate authority; `None` with the user's certificate.
    """

    context: ssl.SSLContext
    ca_file: Path | None = None
    _folder: Path | None = None

    def close(self) -> None:
        """Remove generated files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def make_tls(host: str, cert: Path | None, key: Path | None, public_host: str = "") -> Tls:
    """Load the user's certificate, or generate one.

    Args:
        host: host that the generated certificate is issued for.
        cert: PEM file with the user's certificate chain, or `None` to generate a certificate.
        key: PEM file with its private key, unless that is in the same file.
        public_host: another host that the generated certificate is issued for; empty for none.

    Raises:
        UsageError: the files cannot be used, or no certificate can be issued for the host.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if cert is not None:
        return _load_certificate(context, cert, key)
    if key is not None:
        raise UsageError("--tls-key requires --tls-cert, the certificate of the key")
    return _generate_certificate(context, host, public_host)


def _load_certificate(context: ssl.SSLContext, cert: Path, key: Path | None) -> Tls:
    for file in filter(None, (cert, key)):
        read_file(file, "TLS", regular=True)  # OpenSSL would not name the file, and would read devices without end
    try:
        # The empty password stops OpenSSL from prompting for one.
        context.load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        files = f"{cert} and {key}" if key else f"{cert} (without --tls-key, it must contain the key too)"
        raise UsageError(f"cannot use {files} for TLS: {_reason(error)}") from None
    return Tls(context)


def _reason(error: ssl.SSLError) -> str:
    text = (error.reason or "not a certificate and its unencrypted key in PEM").replace("_", " ").lower()
    return "not in PEM, or the key is encrypted" if text == "pem lib" else text


def _generate_certificate(context: ssl.SSLContext, host: str, public_host: str) -> Tls:
    import trustme  # importing it takes a fifth of a second

    authority = trustme.CA(organization_name="crm-mocks")
    names = dict.fromkeys(filter(None, ("localhost", "127.0.0.1", "::1", host, public_host, *_own_names(host))))
    try:
        authority.issue_cert(*names).configure_cert(context)
    except ValueError as error:
        raise UsageError(f"cannot issue a certificate for the host '{public_host or host}': {error}") from None
    remove_abandoned()  # that of a server that was killed
    folder = new_folder_path()
    folder.mkdir(mode=0o700)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = Tls(context, ca_file, folder)
    weakref.finalize(tls, shutil.rmtree, folder, ignore_errors=True)  # if nothing closes it
    return tls


def _own_names(host: str) -> list[str]:
    """Return the names and addresses of this machine if the server listens on all of them."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104  # compared, not bound
        return []
    name = socket.gethostname()
    try:
        addresses = [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(name, None)]
    except OSError:
        addresses = []
    return [each for each in (name, *addresses) if each.isascii()]
