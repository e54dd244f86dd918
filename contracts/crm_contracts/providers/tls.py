"""Certificate authorities that requests to providers and receivers trust; the same in `verify`, `push` and `proxy`.

They are those of `--ca-file`, else all that the environment names, else the default ones.
"""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import Final

from crm_mocks.errors import UsageError
from crm_mocks.files.reading import require_regular
from crm_mocks.parsing.user_files import read_file

_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Environment variables that name a file or folder with authorities."""


def tls_context(url: str, ca_file: Path | None) -> ssl.SSLContext:
    """Return a TLS context for a client.

    Args:
        url: that requests are sent to; without TLS, no authorities are loaded by default, since that is slow.
        ca_file: of the option `--ca-file`.

    Raises:
        UsageError: the authorities cannot be read, or there are none in the file.
    """
    if ca_file is None and not _is_https(url):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    named = _named(ca_file)
    if not named:
        return _default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for source, path in named.items():
        try:
            if path.is_dir():
                context.load_verify_locations(capath=str(path))
            else:
                require_regular(path)  # OpenSSL would wait for whoever writes to a pipe
                context.load_verify_locations(cafile=str(path))
        except OSError as error:  # SSLError is one too
            why = error.strerror or error
            raise UsageError(f"cannot read certificates from {source} {path}: {why}") from None
    return context


def authorities_file(url: str, ca_file: Path | None, folder: Path) -> Path | None:
    """Return a file or folder with the authorities to trust, or `None` for the default ones.

    Args:
        url: as in `tls_context`.
        ca_file: as in `tls_context`.
        folder: for a file with all authorities, if the environment names several files.

    Raises:
        UsageError: a file cannot be read.
    """
    if ca_file is None and not _is_https(url):
        return None
    named = _named(ca_file)
    files = {path: source for source, path in named.items() if not path.is_dir()}
    for path, source in files.items():
        read_file(path, source, regular=True)  # schemathesis would wait for whoever writes to a pipe
    if len(files) < 2:
        return next(iter((*files, *named.values())), None)
    combined = folder / "authorities.pem"
    combined.write_bytes(b"\n".join(read_file(path, source) for path, source in files.items()))
    return combined


def _is_https(url: str) -> bool:
    return url.lower().startswith("https:")


def _named(ca_file: Path | None) -> dict[str, Path]:
    """Return the files and folders with authorities, by the option or variable that names them."""
    if ca_file is not None:
        return {"--ca-file": ca_file}
    return {name: Path(value) for name in _VARIABLES if (value := os.environ.get(name))}


@cache
def _default_context() -> ssl.SSLContext:
    """Return a context that trusts the default authorities; cached, since loading them is slow."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)
