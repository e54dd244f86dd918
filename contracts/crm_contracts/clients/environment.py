"""Environment of a client program: the variables and the ready-file by which it finds the mocks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from crm_contracts.judge.nested_verdicts import VARIABLE as VERDICT_FOLDER

if TYPE_CHECKING:
    from crm_mocks import Mocks

_CA_VARIABLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Where OpenSSL, requests, curl and Node.js look for certificate authorities to trust."""

_LOOPBACK: Final = ("127.0.0.1", "localhost")

_OF_OUTER_RUN: Final = frozenset({"CRM_MOCKS_READY_FILE", VERDICT_FOLDER})
"""Variables that are about the mocks that this process runs under, not those of its programs."""


def environment(
    parent: Mapping[str, str], mocks: Mocks, url: str, ready_file: Path, *, trust: bool = False
) -> dict[str, str]:
    """Return the environment of a program.

    Args:
        parent: environment of this process.
        mocks: the mocks that are served.
        url: base URL of the program's session.
        ready_file: path of the ready-file.
        trust: make common HTTP libraries trust the generated certificate authority.
    """
    variables = {"CRM_MOCKS_READY_FILE": str(ready_file), "CRM_MOCKS_CA_FILE": mocks.ca_file or ""}
    if trust and mocks.ca_file is not None:
        variables |= dict.fromkeys(_CA_VARIABLES, mocks.ca_file)
    return environment_at(parent, url, mocks.vendors) | variables


def environment_at(parent: Mapping[str, str], url: str, vendors: Iterable[str]) -> dict[str, str]:
    """Return the environment of a program that needs neither TLS nor a ready-file.

    Args:
        parent: environment of this process. What is about the mocks that this process runs under is dropped.
        url: base URL of the program's session.
        vendors: names of the vendors served.
    """
    urls = {f"CRM_MOCKS_{name.upper()}_URL": url for name in vendors}
    inherited = {name: value for name, value in parent.items() if name not in _OF_OUTER_RUN}
    return {**inherited, "CRM_MOCKS_URL": url, "CRM_MOCKS_CA_FILE": "", **urls, **without_proxy(parent)}


def without_proxy(parent: Mapping[str, str]) -> dict[str, str]:
    """Return variables that keep loopback requests away from a proxy: many libraries would use it for them too.

    Args:
        parent: environment with or without proxies.
    """
    if not any(name.lower().endswith("_proxy") for name in parent):
        return {}
    hosts = parent.get("no_proxy") or parent.get("NO_PROXY") or ""
    named = [host.strip() for host in hosts.split(",") if host.strip()]
    direct = "*" if "*" in named else ",".join(dict.fromkeys([*named, *_LOOPBACK]))  # libraries know * only alone
    return {"no_proxy": direct, "NO_PROXY": direct}


def write_session_ready_file(path: Path, mocks: Mocks, url: str) -> None:
    """Write the ready-file of `crm-mocks serve --ready-file`, with the URL of the program's session.

    Args:
        path: in a folder that only its owner can read.
        mocks: the mocks that are served.
        url: base URL of the program's session.
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
