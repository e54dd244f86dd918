"""The servers that are compared, and how each is started; peers are installed from pinned versions into `.bench/`."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm_mocks.contract import ContractFile
from crm_mocks.vendor import load_vendor

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"
PRISM = "@stoplight/prism-cli@5.14.2"
VENDOR = "config_api"
PATH = "/v1/leads/config"
HEADERS = {"x-api-key": "demo-key"}


@dataclass(frozen=True)
class Server:
    """A server that can be started on a port.

    Attributes:
        command: makes the command line for a port.
        path: what is asked for the first answer.
    """

    name: str
    command: Callable[[int], list[str]]
    path: str = PATH


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def crm_mocks() -> Server:
    """This project, all vendors loaded."""
    return Server("crm-mocks, all vendors", lambda port: [sys.executable, "-m", "crm_mocks", "serve", "-p", str(port)])


def prism() -> Server | None:
    """Prism with the contract of one vendor; `None` where npm is not to be had."""
    binary = BENCH / "node_modules" / ".bin" / "prism"
    if not binary.exists():
        if shutil.which("npm") is None:
            return None
        BENCH.mkdir(exist_ok=True)
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(BENCH), PRISM]
        subprocess.run(install, check=True)
    contract = BENCH / f"{VENDOR}.json"
    settings = load_vendor(VENDOR).settings_type()
    contract.write_text(json.dumps(ContractFile(VENDOR).in_force(settings).document), encoding="utf-8")
    return Server(
        "Prism static, one vendor",
        lambda port: [str(binary), "mock", "--host", "127.0.0.1", "--port", str(port), str(contract)],
    )
