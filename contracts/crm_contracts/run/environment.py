"""What a command is told about the mocks: environment variables and the ready-file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from crm_mocks import Mocks

_TRUST: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Variables by which OpenSSL's users, requests, curl and Node.js find certificate authorities to trust."""


def environment(
    own: Mapping[str, str], mocks: Mocks, url: str, ready_file: Path, *, trust: bool = False
) -> dict[str, str]:
    """Return the environment for a command.

    Args:
        own: this process's.
        mocks: what is served.
        url: base URL of the run's session.
        ready_file: its path.
        trust: have common HTTP libraries trust the certificate authority made on the spot.
    """
    told = {"CRM_MOCKS_READY_FILE": str(ready_file), "CRM_MOCKS_CA_FILE": mocks.ca_file or ""}
    if trust and mocks.ca_file is not None:
        told |= dict.fromkeys(_TRUST, mocks.ca_file)
    return environment_at(own, url, mocks.vendors) | told


def environment_at(own: Mapping[str, str], url: str, vendors: Iterable[str]) -> dict[str, str]:
    """Return the environment for a program that is to find mocks without TLS, and without a ready-file.

    Args:
        own: this process's. A ready-file that it names is about other mocks, those that this process runs under.
        url: base URL of the program's session.
        vendors: names of those served.
    """
    told = {f"CRM_MOCKS_{name.upper()}_URL": url for name in vendors}
    kept = {name: value for name, value in own.items() if name != "CRM_MOCKS_READY_FILE"}
    return {**kept, "CRM_MOCKS_URL": url, "CRM_MOCKS_CA_FILE": "", **told, **_without_proxy(own)}


def _without_proxy(own: Mapping[str, str]) -> dict[str, str]:
    """Have no proxy of the environment stand between client and mocks: many libraries use it for loopback too."""
    if not any(name.lower().endswith("_proxy") for name in own):
        return {}
    hosts = own.get("no_proxy") or own.get("NO_PROXY")
    direct = ",".join(filter(None, (hosts, "127.0.0.1", "localhost")))
    return {"no_proxy": direct, "NO_PROXY": direct}


def write_session_ready_file(path: Path, mocks: Mocks, url: str) -> None:
    """Write the ready-file, as `crm-mocks serve --ready-file` does, with the URL of the run's session.

    Args:
        path: in a folder of its owner's own.
        mocks: what is served.
        url: base URL of the run's session.
    """
    document = {
        "url": url,
        "pid": os.getpid(),
        "admin_token": mocks.admin_token,
        "ca_file": mocks.ca_file,
        "vendors": {
            name: {"url": url, "credentials": dict(vendor.credentials)} for name, vendor in mocks.vendors.items()
        },
    }
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
